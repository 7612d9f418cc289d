"""Find the translatable messages of Python files and Django templates.

Python goes through Babel's extractor. A template is first turned by Django
itself into the Python that says the same messages, so that trans, blocktrans,
plural, context, trimmed and comments mean here what they mean to Django.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import templatize

FLOORS = (
    "config",
    "journeys",
    "campaigns",
    "members",
    "merchants",
    "wallet",
    "foundation",
)
SKIPPED = {"migrations", "tests", "node_modules"}
TEMPLATE_SUFFIXES = {".html", ".txt", ".svg", ".xml"}
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass
class Message:
    """One text of the code, wherever it is said."""

    text: str
    context: str = ""
    plural: str = ""
    files: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)


def collect(root: Path) -> dict[tuple[str, str], Message]:
    """Return every message below `root` by (context, text)."""
    if not settings.configured:
        settings.configure(USE_I18N=True)  # templatize asks for the file charset only
    found: dict[tuple[str, str], Message] = {}
    for path in list_files(root):
        name = path.relative_to(root).as_posix()
        for message in read(path):
            kept = found.setdefault((message.context, message.text), message)
            kept.files.add(name)
            kept.comments |= message.comments
            kept.plural = kept.plural or message.plural
    return found


def list_files(root: Path) -> Iterator[Path]:
    """Yield the files that may hold messages, in a fixed order."""
    for top in (*FLOORS, "templates"):
        for path in sorted((root / top).rglob("*")):
            if SKIPPED.isdisjoint(path.relative_to(root).parts) and path.is_file():
                is_code = path.suffix == ".py" and top != "templates"
                if is_code or is_template(path, top):
                    yield path


def is_template(path: Path, top: str) -> bool:
    """Say whether a file is a template: below templates/, there or on a floor."""
    return path.suffix in TEMPLATE_SUFFIXES and (top == "templates" or "templates" in path.parts)


def read(path: Path) -> Iterator[Message]:
    """Yield the messages of one file.

    :raises SyntaxError: when the template or the code cannot be read.
    """
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Within brackets indentation means nothing; a template's is arbitrary.
        code = "(" + templatize(code, origin=str(path)) + "\n)"
    stream = io.BytesIO(code.encode())
    options = {"encoding": "utf-8"}
    for _line, said, comments, context in extract(
        "python", stream, KEYWORDS, ("Translators",), options
    ):
        text, plural = said if isinstance(said, tuple) else (said, "")
        yield Message(text, context or "", plural, comments=set(comments))
