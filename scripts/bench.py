"""Run the benchmarks on a durable PostgreSQL of their own.

    python3 scripts/bench.py [arguments of python -m bench]

The cluster is durable, because a ledger's speed without fsync means nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _shell, bootstrap
from scripts._shell import ROOT

MAX_CONNECTIONS = 200


def main(arguments: list[str]) -> int:
    """Bootstrap with the peer that is measured against, find a database, run."""
    bootstrap.enter(bootstrap.BENCH)
    from scripts import _external, _supervise, messages
    from scripts.postgres import Cluster

    _shell.raise_on_signals()
    _shell.make_dir(_shell.LOGS)
    _shell.need_space(_shell.VAR, 1000)
    messages.compile_all()
    given = os.environ.get("DATABASE_URL")
    cluster = None
    try:
        if given:
            _external.require_database(given)
        else:
            home = _shell.VAR / "postgres-bench"
            cluster = Cluster(home, max_connections=MAX_CONNECTIONS)
            given = cluster.start()
        environment = {**os.environ, "DATABASE_URL": given}
        return _supervise.run_group(
            [sys.executable, "-m", "bench", *arguments], cwd=ROOT, environment=environment
        )
    finally:
        if cluster is not None:
            cluster.stop()


if __name__ == "__main__":
    _shell.run_main(main)
