"""What every fact is: a frozen dataclass with a kind of its own."""

import dataclasses
from typing import ClassVar


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """A fact. `kind` is stable for good; `key` names what it is about, for the back office."""

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """Return the public id of what the fact is about."""
        return str(getattr(self, "uid", ""))
