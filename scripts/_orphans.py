"""Find and stop the server processes of a data directory that nobody keeps.

A keeper that was killed may leave its server behind, and `postmaster.pid` may
be stale, truncated or name a stranger's process. What cannot lie is the
working directory: every process of a server stands in its data directory.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

from scripts import _shell
from scripts._shell import Fault

# Fast shutdown writes a checkpoint, which may take long; the next two do not wait.
WITH_POSTMASTER = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
# A backend that lost its postmaster ends by itself soon, and takes SIGINT for
# "cancel the query"; there is nothing that it could still save.
WITHOUT_POSTMASTER = ((signal.SIGQUIT, 2.0), (signal.SIGKILL, 10.0))


def list_servers(data: Path) -> list[psutil.Process]:
    """Return the processes of the server over `data`."""
    wanted = os.path.realpath(data)
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if "postgres" in (process.info["name"] or "") and process.cwd() == wanted:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # ended meanwhile, or another user's
    return found


def is_postmaster(process: psutil.Process) -> bool:
    """Say whether a server process is the head of the others, which call themselves by role."""
    try:
        return not process.cmdline()[0].startswith("postgres:")
    except (psutil.Error, IndexError):
        return False


def stop_servers(data: Path) -> int:
    """Stop every process of the server over `data`; call it holding the keeper's lock.

    :returns: how many processes were found.
    :raises Fault: when they outlive SIGKILL.
    """
    found = list_servers(data)
    if not found:
        return 0
    _shell.say(f"Stopping a PostgreSQL that was left behind in {_shell.shown(data)} …")
    headed = any(is_postmaster(process) for process in found)
    for number, seconds in WITH_POSTMASTER if headed else WITHOUT_POSTMASTER:
        for process in list_servers(data):
            # Backends follow their postmaster, unless they are headless or it is no use.
            if not headed or number == signal.SIGKILL or is_postmaster(process):
                with contextlib.suppress(psutil.Error):
                    process.send_signal(number)
        if wait_gone(data, seconds):
            return len(found)
    raise Fault(f"A PostgreSQL over {_shell.shown(data)} cannot be stopped; see the process list.")


def wait_gone(data: Path, seconds: float) -> bool:
    """Wait until no process of the server is left; say whether that came true."""
    deadline = time.monotonic() + seconds
    while list_servers(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
