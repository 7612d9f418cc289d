"""The catalogues of translations, in pure Python: no system gettext is needed.

python3 scripts/messages.py extract    bring django.po in line with code and templates
python3 scripts/messages.py compile    make django.mo where django.po changed
python3 scripts/messages.py check      fail on anything missing, fuzzy or ill-formed
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell, bootstrap
from scripts._shell import ROOT, Fault, say

if TYPE_CHECKING:
    import polib

    from scripts._extract import Message

LANGUAGES = ("zh_Hans",)
LOCALE = ROOT / "locale"
HEADER = {
    "Project-Id-Version": "tongbao",
    "Language": "{language}",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
# %(name)s, %s, %d and {name}; %% stands for itself.
PLACEHOLDER = re.compile(r"%%|%\([^)]+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sdrif]|\{[a-z_][a-z_0-9.]*\}")


def po_path(locale: Path, language: str) -> Path:
    """Return the place of a catalogue."""
    return locale / language / "LC_MESSAGES" / "django.po"


def extract_all(root: Path = ROOT, locale: Path = LOCALE) -> list[str]:
    """Merge what code and templates say into every catalogue and return what was done.

    Translations stay; an entry whose plural changed becomes fuzzy; a message
    that is no longer used becomes obsolete, or goes when it had no translation.
    """
    from scripts import _extract

    found = _extract.collect(root)
    report = []
    for language in LANGUAGES:
        path = po_path(locale, language)
        catalogue = load(path, language)
        added, dropped = merge(catalogue, found)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, str(catalogue) + "\n")
        report.append(f"{language}: {len(found)} messages, {added} new, {dropped} obsolete")
    return report


def load(path: Path, language: str) -> polib.POFile:
    """Return the catalogue at `path`, or an empty one with its header."""
    import polib

    if path.exists():
        return polib.pofile(str(path), wrapwidth=98)
    catalogue = polib.POFile(wrapwidth=98)
    catalogue.metadata = {key: text.format(language=language) for key, text in HEADER.items()}
    return catalogue


def merge(catalogue: polib.POFile, found: dict[tuple[str, str], Message]) -> tuple[int, int]:
    """Bring a catalogue in line with what was found; return the numbers of new and obsolete."""
    import polib

    known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
    added = 0
    for key, message in found.items():
        entry = known.pop(key, None)
        if entry is None:
            entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
            catalogue.append(entry)
            added += 1
        # Files without line numbers: a catalogue should change when a text does.
        entry.occurrences = [(file, "") for file in sorted(message.files)]
        entry.comment = "\n".join(sorted(message.comments))
        entry.obsolete = False
        fit_plural(entry, message.plural)
        flag_format(entry)
    dropped = 0
    for entry in known.values():
        if entry.translated() or entry.obsolete:
            dropped += not entry.obsolete
            entry.obsolete = True
            entry.occurrences = []
        else:
            catalogue.remove(entry)
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
    return added, dropped


def fit_plural(entry: polib.POEntry, plural: str) -> None:
    """Give an entry the plural of the code; a translator looks again when it changed."""
    if entry.msgid_plural == plural:
        return
    if entry.translated() and "fuzzy" not in entry.flags:
        entry.flags.append("fuzzy")
    if plural and not entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgstr}
        entry.msgstr = ""
    elif entry.msgid_plural and not plural:
        entry.msgstr = entry.msgstr_plural.get(0, "")
        entry.msgstr_plural = {}
    entry.msgid_plural = plural
    if plural and not entry.msgstr_plural:
        entry.msgstr_plural = {0: ""}


def flag_format(entry: polib.POEntry) -> None:
    """Mark messages with %-placeholders, as gettext's own tools do."""
    has = any(text.startswith("%") and text != "%%" for text in PLACEHOLDER.findall(entry.msgid))
    if has and "python-format" not in entry.flags:
        entry.flags.append("python-format")


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Make every .mo that is older than its .po; return those that were made."""
    made = []
    for path in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        binary = path.with_suffix(".mo")
        if binary.exists() and binary.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        import polib

        replace(binary, polib.pofile(str(path)).to_binary())
        made.append(binary)
    return made


def replace(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a demo and a test run may do so together."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_bytes(content.encode() if isinstance(content, str) else content)
    new.replace(path)


def check_all(root: Path = ROOT, locale: Path = LOCALE) -> list[str]:
    """Return a line for everything that is wrong with the catalogues."""
    from scripts import _extract

    found = _extract.collect(root)
    faults = []
    for language in LANGUAGES:
        path = po_path(locale, language)
        entries = [entry for entry in load(path, language) if not entry.obsolete]
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in entries}
        for key, message in found.items():
            entry = known.pop(key, None)
            where = f"{language}: {sorted(message.files)[0]}: {message.text!r}"
            if entry is None or entry.msgid_plural != message.plural:
                faults.append(f"{where} is not in the catalogue")
            else:
                faults += [f"{where} {fault}" for fault in judge(entry)]
        faults += [f"{language}: {text!r} is used nowhere" for _, text in known]
    return faults


def judge(entry: polib.POEntry) -> Iterable[str]:
    """Yield what is wrong with one entry."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if "fuzzy" in entry.flags:
        yield "is fuzzy"
    elif not all(texts) or not texts:
        yield "is not translated"
    else:
        # The plural names every value; the singular may leave out the number.
        wanted = placeholders(entry.msgid_plural or entry.msgid)
        for text in texts:
            if placeholders(text) != wanted:
                yield f"has other placeholders in {text!r}"
            if text.endswith("\n") != entry.msgid.endswith("\n"):
                yield f"ends otherwise than {text!r}"


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a message in a fixed order."""
    return sorted(found for found in PLACEHOLDER.findall(text) if found != "%%")


def main(arguments: list[str]) -> int:
    """Run one of the three actions.

    :raises Fault: when `check` finds something, or on any other word.
    """
    bootstrap.enter(bootstrap.RUNTIME)
    if arguments == ["extract"]:
        say("\n".join(extract_all()))
    elif arguments == ["compile"]:
        made = compile_all()
        say("\n".join(f"made {_shell.shown(path)}" for path in made) or "nothing changed")
    elif arguments == ["check"]:
        faults = check_all()
        if faults:
            raise Fault("\n".join(faults) + f"\n{len(faults)} faults in the catalogues.")
        say("The catalogues are complete.")
    else:
        raise Fault("Say one of: extract, compile, check.")
    return 0


if __name__ == "__main__":
    _shell.run_main(main)
