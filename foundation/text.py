"""Free text from outside: what is kept, what is taken out, what is refused.

Taken out without a word, because nobody typed it and nothing visible is lost:
zero-width characters, soft hyphens and other invisible format characters that copying
from a chat brings along. Refused with a sentence: NUL and control characters, lone
surrogates, and the controls that turn the direction of writing, because they can make
a text read other than it is stored.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Refusal

BIDI_CONTROLS: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""The characters that steer the direction of writing (Unicode UAX 9, section 2)."""

_LINE_ENDS: Final = re.compile("\r\n|[\r\n\v\f\u0085\u2028\u2029]")
_SPACES: Final = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LETTERS_WITHOUT_SHAPE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")


class TextMissing(Refusal):
    """Say that a required text is empty."""

    code = "text_missing"
    status = 422
    sentence = _("Please fill in this field.")


class TextTooLong(Refusal):
    """Say that a text is longer than its field."""

    code = "text_too_long"
    status = 422
    sentence = _("This text is too long. Please shorten it to at most %(maximum)s characters.")


class TextNotReadable(Refusal):
    """Say that a text holds characters that cannot be shown honestly."""

    code = "text_not_readable"
    status = 422
    sentence = _(
        "This text contains hidden characters that we cannot show."
        " Please type it again instead of pasting it."
    )


def clean_text(
    text: str | None,
    max_length: int,
    *,
    field: str | None = None,
    required: bool = False,
    multiline: bool = False,
) -> str:
    """Clean a free text for storing and showing; the result is in Unicode form NFC.

    Runs of spaces become one space, the ends are trimmed. With ``multiline`` line
    ends become '\\n' and at most one empty line stays between paragraphs; without it
    they become spaces. Cleaning a clean text changes nothing.

    :param max_length: in Unicode characters, counted after cleaning.
    :raises TextNotReadable: TextTooLong, TextMissing (only when required).
    """
    raw = text or ""
    if len(raw) > 20 * max_length + 1000:
        # Far beyond any honest paste: refused before any work on it.
        raise TextTooLong(field, maximum=max_length)
    cleaned = _trim(_without_invisible(raw, field), multiline)
    if required and not cleaned:
        raise TextMissing(field)
    if len(cleaned) > max_length:
        raise TextTooLong(field, maximum=max_length)
    return cleaned


def has_hidden_characters(text: str) -> bool:
    """Tell whether a text holds a character without a shape of its own.

    Control and format characters, surrogates, line separators, and the few letters
    that Unicode draws as nothing (Hangul fillers, the blank Braille pattern).
    """
    return any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        or character in _LETTERS_WITHOUT_SHAPE
        for character in text
    )


def _without_invisible(text: str, field: str | None) -> str:
    kept = []
    for character in _LINE_ENDS.sub("\n", text):
        category = unicodedata.category(character)
        if character in BIDI_CONTROLS or category == "Cs":
            raise TextNotReadable(field)
        if category == "Cc" and character not in "\n\t":
            raise TextNotReadable(field)
        if category != "Cf":
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _trim(text: str, multiline: bool) -> str:
    lines = [_SPACES.sub(" ", line).strip(" ") for line in text.split("\n")]
    if not multiline:
        return " ".join(line for line in lines if line)
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
