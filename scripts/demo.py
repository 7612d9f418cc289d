"""Run the whole of Tongbao on this machine: one command, one supervised group.

    python3 scripts/demo.py          PORT=8000 and DATABASE_URL= from the environment

Makes `.venv`, keeps a PostgreSQL (or uses DATABASE_URL), migrates, fills the
demo town, compiles the messages, starts web, worker and beat, waits until
`/readyz` is green and prints where to go. Ctrl-C, SIGTERM and SIGHUP stop
everything. The data stay in `var/`.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell, bootstrap


def main(arguments: list[str]) -> int:
    """Enter the environment, then run the group until somebody stops it."""
    if arguments:
        raise _shell.Fault("make demo takes no arguments; PORT=8001 changes the port.")
    bootstrap.enter(bootstrap.RUNTIME)
    from scripts import _demo

    return _demo.Demo().run()


if __name__ == "__main__":
    _shell.run_main(main)
