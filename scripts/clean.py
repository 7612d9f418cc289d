"""Remove what the other commands made: data, logs, caches and compiled messages.

    python3 scripts/clean.py [--all]      --all removes .venv, too

The data of the demo go for good. Refuses while a command still runs.
"""

from __future__ import annotations

import fcntl
import shutil
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell
from scripts._shell import ROOT, VAR, Fault, say

CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def main(arguments: list[str]) -> int:
    """Remove everything of ours, data outside the checkout included.

    :raises Fault: while something is in use.
    """
    if arguments not in ([], ["--all"]):
        raise Fault("make clean takes no argument but --all.")
    for lock in (*VAR.glob("*/lock"), VAR / "demo.lock", VAR / "bootstrap.lock"):
        require_free(lock)
    for note in VAR.glob("*/data-is-elsewhere"):
        outside = Path(note.read_text(encoding="utf-8").strip())
        if outside.name.startswith("tongbao-"):
            shutil.rmtree(outside, ignore_errors=True)
    for name in CACHES:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for binary in ROOT.glob("locale/*/LC_MESSAGES/*.mo"):
        binary.unlink()
    try:
        shutil.rmtree(VAR, ignore_errors=False)
    except FileNotFoundError:
        pass
    except PermissionError as error:
        raise Fault(f"{error.filename} belongs to another user; run as that user.") from None
    if arguments:
        shutil.rmtree(ROOT / ".venv", ignore_errors=True)
    say("Clean.")
    return 0


def require_free(lock: Path) -> None:
    """Make sure that nobody holds a lock.

    :raises Fault: when somebody does.
    """
    if not lock.exists():
        return
    try:
        with lock.open("r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError:
        raise Fault(f"{_shell.shown(lock)} belongs to another user; run as that user.") from None
    except OSError:
        name = lock.parent.name if lock.name == "lock" else lock.name
        raise Fault(f"{name} is in use; stop the command that runs first.") from None


if __name__ == "__main__":
    _shell.run_main(main)
