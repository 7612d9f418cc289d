"""The one registry: which consumer wants which kind of fact."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from foundation.outbox.events import Event

E = TypeVar("E", bound=Event)


@dataclasses.dataclass(frozen=True)
class Consumer:
    """A named reaction. It takes a batch of one kind of event, inside a transaction."""

    name: str
    event: type[Event]
    handle: Callable[[list[Any]], None]


_consumers: dict[str, Consumer] = {}


def consumes(
    event: type[E], *, name: str
) -> Callable[[Callable[[list[E]], None]], Callable[[list[E]], None]]:
    """Register a function of a batch of events under a name that stays for good.

    The function runs inside the relay's transaction, may call steps, may not reach the network,
    and may not depend on the order of the events.
    """

    def register(handle: Callable[[list[E]], None]) -> Callable[[list[E]], None]:
        earlier = _consumers.get(name)
        if earlier and earlier.handle.__qualname__ != handle.__qualname__:
            raise RuntimeError(f"two consumers are called {name}")
        _consumers[name] = Consumer(name=name, event=event, handle=handle)
        return handle

    return register


def consumers_of(kind: str) -> list[Consumer]:
    """Return the consumers of a kind of event, in the order of their names."""
    found = [c for c in _consumers.values() if c.event.kind == kind]
    return sorted(found, key=lambda consumer: consumer.name)


def get_consumer(name: str) -> Consumer | None:
    """Return the consumer of this name, or None when the code no longer has it."""
    return _consumers.get(name)


def event_type(kind: str) -> type[Event] | None:
    """Return the class of a kind that some consumer wants."""
    return next((c.event for c in _consumers.values() if c.event.kind == kind), None)
