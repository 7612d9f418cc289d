"""Run the tests on a real PostgreSQL, in parallel.

    python3 scripts/test.py [pytest's arguments]

Uses DATABASE_URL where it is set, and otherwise an embedded PostgreSQL of its
own under `var/`, whose durability is off: it holds nothing that must outlive
the run. Tests that kill a server keep one of their own.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell, bootstrap
from scripts._shell import ROOT

# Each pytest worker has threads of its own that spend one balance at once.
MAX_CONNECTIONS = 300


def main(arguments: list[str]) -> int:
    """Bootstrap, find a database, run pytest and return its exit code."""
    bootstrap.enter(bootstrap.DEVELOPMENT)
    from scripts import _external, messages
    from scripts.postgres import start_first_free

    _shell.raise_on_signals()
    _shell.make_dir(_shell.LOGS)
    _shell.need_space(_shell.VAR, 300)
    messages.compile_all()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    if os.environ.get("DATABASE_URL"):
        _external.require_database(os.environ["DATABASE_URL"])
        return run_pytest(arguments, environment)
    cluster = start_first_free(
        _shell.VAR / "postgres-test", durable=False, max_connections=MAX_CONNECTIONS
    )
    try:
        return run_pytest(arguments, {**environment, "DATABASE_URL": cluster.url})
    finally:
        cluster.stop()


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest, on all cores unless told otherwise."""
    from scripts import _supervise

    command = [sys.executable, "-m", "pytest"]
    if not any(argument.startswith(("-n", "--numprocesses")) for argument in arguments):
        # Browser tests are long: an idle worker takes over what another has not begun.
        command += ["-n", "auto", "--dist", "worksteal"]
    # ARGS keeps its quotes this way: make test ARGS='-k "pay and not refund"'
    command += arguments + shlex.split(os.environ.get("PYTEST_ARGS", ""))
    return _supervise.run_group(command, cwd=ROOT, environment=environment)


if __name__ == "__main__":
    _shell.run_main(main)
