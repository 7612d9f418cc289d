"""What every script shares: places, one-sentence faults, children that never outlive us.

Only the standard library, and readable by any Python 3.7 or later, because
`bootstrap` uses it before it knows which Python it runs on.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
LOGS = VAR / "log"
PR_SET_PDEATHSIG = 1
# Looked up once, before any fork: a child must not run the dynamic loader.
LIBC = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


class Fault(Exception):
    """A refusal in one clear sentence; `run_main` prints it and exits with 1."""


class Stopped(BaseException):
    """Somebody asked the process to end (Ctrl-C, SIGTERM, SIGHUP)."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def say(text: str = "", end: str = "\n") -> None:
    """Print at once; a terminal that has gone away is not worth a traceback."""
    try:
        print(text, end=end, flush=True)
    except (OSError, ValueError):
        # The rest of the shutdown matters more than who reads about it.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def shown(path: Path) -> str:
    """Return `path` relative to the checkout where it lies inside."""
    try:
        return str(path.relative_to(ROOT))
    except ValueError:
        return str(path)


def run_main(main: Callable[[list[str]], int]) -> NoReturn:
    """Run a command: faults become one sentence, signals become their usual exit code."""
    try:
        code = main(sys.argv[1:])
    except Fault as fault:
        say_error(str(fault))
        code = 1
    except Stopped as stopped:
        code = 128 + stopped.number
    except KeyboardInterrupt:
        code = 130
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        say_error(full_disk(ROOT))
        code = 1
    sys.exit(code)


def say_error(text: str) -> None:
    """Print a fault on stderr, after whatever stdout still holds."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        print(text, file=sys.stderr, flush=True)


def raise_on_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into `Stopped`, so that `finally` clauses run."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, or an empty string where there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - 16_384))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join("    " + line for line in text.splitlines()[-lines:])


def full_disk(path: Path) -> str:
    """Say how much room is left where `path` lies."""
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free // 2**20
    return f"The disk is full: {free} MB are left at {path}; free some space and start again."


def need_space(path: Path, megabytes: int) -> None:
    """Refuse to begin what would not fit.

    :raises Fault: with less than `megabytes` left where `path` lies.
    """
    place = path
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free // 2**20
    if free < megabytes:
        raise Fault(
            f"The disk is too full: {free} MB are left at {place}, {megabytes} MB are needed; "
            "free some space and start again."
        )


def make_dir(path: Path, mode: int = 0o755) -> Path:
    """Create a directory of ours; parents that already exist keep their mode.

    :raises Fault: where it cannot be made, for instance in somebody else's checkout.
    """
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        writable = os.access(path, os.W_OK | os.X_OK)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Fault(full_disk(path)) from None
        raise Fault(f"{shown(path)} cannot be made: {error.strerror}.") from None
    if not writable:
        raise Fault(f"{shown(path)} belongs to another user and cannot be written.")
    return path


def leash(number: int) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends `number` to the child when we are killed.

    Linux binds this to the *thread* that forks, so only children of the main
    thread get it: another thread may end long before the process does.
    """
    parent = os.getpid()
    main = threading.current_thread() is threading.main_thread()

    def bind() -> None:
        # The parent may block or ignore signals; a child begins with a clean slate.
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if LIBC is not None and main:
            LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:  # killed between fork and prctl
                os._exit(1)

    return bind


def spawn(command: Sequence[str], *, follow: int, **options: Any) -> subprocess.Popen[Any]:
    """Start a child that the kernel sends `follow` when we are killed."""
    with warnings.catch_warnings():
        # Python 3.12 and later warn of forking beside threads; the child calls
        # three functions, none of which takes a lock, before it is another program.
        warnings.simplefilter("ignore", DeprecationWarning)
        return subprocess.Popen(command, preexec_fn=leash(follow), **options)


def kill_group(pid: int, number: int) -> None:
    """Signal a whole process group; one that has ended is no error."""
    # macOS answers EPERM for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
