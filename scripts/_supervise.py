"""Keep a group of processes alive together, and end them together.

Guarantees: each child is the head of its own process group and follows our
death (Linux); a child that dies is started again with growing delays, a
bounded number of times; `stop` leaves no process of the group, nor any that
an earlier, killed supervisor left behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from scripts import _shell
from scripts._shell import ROOT, Fault

# Every process of a group carries this, so that strays are found by what they are.
MARK = "TONGBAO_SUPERVISED"
MARKED = str(_shell.VAR)
DEATHS_ALLOWED = 5
DEATHS_WINDOW_SECONDS = 60
FIRST_DELAY_SECONDS = 0.5
GRACE_SECONDS = 10
FULL_BYTES = 5 * 2**20
LOG_LIMIT_BYTES = 10 * 2**20


class Deaths:
    """Count the deaths of one process and say how long to wait before the next start."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self.times: list[float] = []

    def record(self) -> float:
        """Note a death and return the delay in seconds until the next start.

        :raises Fault: when there were too many within a minute, or the disk is full.
        """
        if shutil.disk_usage(self.log.parent).free < FULL_BYTES:
            raise Fault(_shell.full_disk(self.log.parent))
        now = time.monotonic()
        self.times = [at for at in self.times if at > now - DEATHS_WINDOW_SECONDS] + [now]
        if len(self.times) > DEATHS_ALLOWED:
            raise Fault(explain(f"The {self.name} ended {len(self.times)} times", self.log))
        return float(FIRST_DELAY_SECONDS * 2 ** (len(self.times) - 1))


class Child:
    """One command of the group, with its log."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.environment = {**environment, MARK: MARKED}
        self.log = _shell.LOGS / (name.replace(" ", "-") + ".log")
        self.deaths = Deaths(name, self.log)
        self.process: subprocess.Popen[bytes] | None = None
        self.due_at = 0.0

    def start(self) -> None:
        """Start the command; its output goes to its log."""
        rotate(self.log)
        with self.log.open("ab") as log:
            self.process = _shell.spawn(
                self.command,
                follow=signal.SIGTERM,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def tend(self) -> None:
        """Notice a death, and start again once its delay is over.

        :raises Fault: when it dies too often.
        """
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            # Its own children must not go on without it.
            _shell.kill_group(self.process.pid, signal.SIGKILL)
            self.process = None
            delay = self.deaths.record()
            self.due_at = time.monotonic() + delay
            _shell.say(f"The {self.name} ended ({reason(code)}); starting it again …")
        if self.process is None and time.monotonic() >= self.due_at:
            self.start()


class Group:
    """The children of one supervisor."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def add(self, child: Child) -> None:
        """Start a child and keep it."""
        self.children.append(child)
        child.start()

    def tend(self) -> None:
        """Look after every child once.

        :raises Fault: when one dies too often.
        """
        for child in self.children:
            child.tend()

    def stop(self) -> None:
        """End every child: politely, then by force, with all that they started."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(process.poll() is None for process in running):
            time.sleep(0.05)
        for process in running:
            _shell.kill_group(process.pid, signal.SIGKILL)
            process.wait()
        self.children.clear()
        sweep()


def sweep() -> int:
    """Kill whatever carries our mark and is not us; return how many there were.

    Call it only while holding the lock of the group: everything that carries
    the mark is then a stray.
    """
    strays = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == MARKED:
                strays.append(process)
        except (psutil.Error, OSError):
            continue  # ended meanwhile, or another user's
    for process in strays:
        try:
            process.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(strays, timeout=5)
    return len(strays)


def run_group(
    command: Sequence[str], *, cwd: Path, environment: dict[str, str], patience_seconds: float = 20
) -> int:
    """Run a command of the foreground in a group of its own and return its exit code.

    When somebody stops us it gets SIGINT, so that it can still print what it
    knows, and afterwards nothing of the group is left.

    :raises Stopped: as soon as that is done.
    """
    process = _shell.spawn(
        command,
        follow=signal.SIGTERM,
        cwd=cwd,
        env=environment,
        start_new_session=True,
    )
    try:
        return process.wait()
    except _shell.Stopped:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired, _shell.Stopped):
            process.wait(patience_seconds)
        raise
    finally:
        _shell.kill_group(process.pid, signal.SIGKILL)
        process.wait()


def rotate(log: Path) -> None:
    """Put a long log aside, keeping one old one."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def explain(what: str, log: Path) -> str:
    """Return a sentence about a failure, with the end of the log below it."""
    lines = _shell.tail(log)
    if "No space left on device" in lines:
        return _shell.full_disk(log)
    return f"{what}; {_shell.shown(log)} says:\n{lines}"


def reason(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    return f"signal {-code}"


def wait_until(ready: Callable[[], bool], tend: Callable[[], None], seconds: float) -> bool:
    """Tend the group until `ready`; say whether that came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        tend()
        if ready():
            return True
        time.sleep(0.1)
    return False
