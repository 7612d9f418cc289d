"""Refusals: the only exceptions that this project catches.

A refusal is a decision, not a defect: it has a stable code for programs, an HTTP
status, and a sentence that tells a person what to do next.  Everything else crashes
loudly.  The module imports neither Django nor anything of the project, so that every
room's ``rules`` can raise refusals.

Sentences are English message ids with ``%(name)s`` placeholders, marked with ``N_``.
They are translated where they are shown (``foundation.web.say`` and the REST handler).
"""

from __future__ import annotations

from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - the customary name of a no-op marker
    """Mark a message id for extraction and return it unchanged.

    Rooms import it as ``from foundation.errors import N_ as _``.
    """
    return message


class Refusal(Exception):
    """Say no, with a code, an HTTP status and a sentence a person can act on.

    ``code``      stable, lower case with underscores, part of the public interface.
    ``status``    the HTTP status of the problem detail (RFC 9457).
    ``sentence``  an English message id; its placeholders are filled from ``fields``.
    ``sticks``    true for a decline: it is kept as the answer of its idempotency key,
                  so that a replay of the same request is declined again.
    ``commits``   true when the entry has to commit what was written before the refusal
                  (a counter of failures) although it ends in a refusal.

    ``field`` names the form field to show the sentence at; None shows it above the
    form.  ``fields`` may be Money (formatted for the reader), int, str or datetime.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str] = N_("This is not possible right now.")
    sticks: ClassVar[bool] = False
    commits: ClassVar[bool] = False

    def __init__(self, field: str | None = None, **fields: Any) -> None:
        super().__init__(self.code)
        self.field = field
        self.fields: dict[str, Any] = fields

    def __str__(self) -> str:
        """Give the code and the English sentence, for logs and tracebacks only."""
        try:
            return f"{self.code}: {self.sentence % self.fields}"
        except (KeyError, TypeError, ValueError):
            return f"{self.code}: {self.sentence} {self.fields!r}"

    def __repr__(self) -> str:
        """Give a constructor-like form with every field."""
        return f"{type(self).__name__}(field={self.field!r}, **{self.fields!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep field and fields when a refusal crosses a process (tasks, xdist)."""
        return _rebuild, (type(self), self.field, self.fields)


def _rebuild(kind: type[Refusal], field: str | None, fields: dict[str, Any]) -> Refusal:
    return kind(field, **fields)


class Missing(Refusal):
    """Say that a thing does not exist, or not for this person: both look the same."""

    code = "not_found"
    status = 404
    sentence = N_("We could not find that. Please check the link or the number.")
