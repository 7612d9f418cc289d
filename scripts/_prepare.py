"""Run several management commands in one process, since starting Django costs most.

    python -m scripts._prepare SIGNINS_FILE [collectstatic]

Exit code 0: the database is migrated and filled. Otherwise the last line of
stderr is the reason, and all of it is in the log that the caller named.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from scripts import _shell


def main(signins: Path, collect: bool) -> int:
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
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "collectstatic" in sys.argv[2:]))
