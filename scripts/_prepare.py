"""Run several management commands in one process, since starting Django costs most.

    python -m scripts._prepare LOG SIGNINS [collectstatic]

Exit code 0: the database is migrated and filled. Otherwise LOG ends with the
reason: one sentence where the command had one, the whole traceback elsewhere.
stdout and stderr stay the terminal's, because a command shows its progress there.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands

from scripts import _shell


def main(log: Path, signins: Path, collect: bool) -> int:
    """Prepare, and leave the reason in `log` when that fails."""
    try:
        prepare(signins, collect)
    except CommandError as error:
        log.write_text(str(error), encoding="utf-8")
        return 1
    except Exception:
        # Whatever it was belongs into the log and not onto the terminal.
        log.write_text(traceback.format_exc(), encoding="utf-8")
        return 1
    return 0


def prepare(signins: Path, collect: bool) -> None:
    """Migrate, fill the town, collect static files where asked, note the sign-ins."""
    django.setup()
    known = get_commands()
    call_command("migrate", interactive=False, verbosity=0)
    _shell.say("The database is migrated.")
    if collect and getattr(settings, "STATIC_ROOT", None):
        call_command("collectstatic", interactive=False, verbosity=0)
    if "fill_town" in known:
        call_command("fill_town")
    else:
        _shell.say("There is no demo town yet (no command fill_town).")
    if "demo_signins" in known:
        with signins.open("w", encoding="utf-8") as stream:
            call_command("demo_signins", stdout=stream, no_color=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), "collectstatic" in sys.argv[3:]))
