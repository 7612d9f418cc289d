"""What `demo.py` runs once it stands in `.venv`."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from scripts import _external, _shell, _supervise, messages
from scripts._shell import ROOT, VAR, Fault, say
from scripts.postgres import Cluster

HOST = "127.0.0.1"  # development settings are safe on loopback only
SIGNINS = VAR / "signins.txt"
STATIC_STAMP = VAR / "static.stamp"
PREPARED_STAMP = VAR / "prepared.stamp"
READY_SECONDS = 90
FREED_SECONDS = 1
PAGES = (
    ("/", "the front door"),
    ("/w/", "the wallet"),
    ("/m/", "the shop's portal"),
    ("/ops/", "the back office"),
    ("/api/v1/docs/", "the REST interface"),
    ("/dev/inbox/", "messages and e-mails of the demo"),
)


class Demo:
    """The database, the three processes, and the order in which they live."""

    def __init__(self) -> None:
        self.port = read_port(os.environ.get("PORT") or "8000")
        self.cluster: Cluster | None = None
        self.deaths = _supervise.Deaths("PostgreSQL", VAR / "postgres-demo" / "server.log")
        self.group = _supervise.Group()
        self.environment = dict(os.environ)
        self.preparation: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def run(self) -> int:
        """Start everything, stay until a signal comes, and leave nothing behind.

        :raises Fault: in one sentence, after everything was stopped.
        """
        begun = time.monotonic()
        _shell.raise_on_signals()
        self._hold()
        try:
            self._start()
            self._announce(time.monotonic() - begun)
            while True:
                self._tend()
                time.sleep(0.2)
        except _shell.Stopped as stopped:
            say("\nStopping …")
            # Asked to end and ended well, except that a caller of SIGTERM wants to know.
            return 0 if stopped.number == signal.SIGINT else 128 + stopped.number
        finally:
            self._stop()

    def _hold(self) -> None:
        """Let one demo of this checkout run at a time.

        :raises Fault: when another one does.
        """
        self._lock = (_shell.make_dir(VAR) / "demo.lock").open("w", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Fault(
                "A demo of this checkout is already running; stop that one first."
            ) from None

    def _start(self) -> None:
        """Bring everything up, in the order of what needs what.

        :raises Fault: when a step fails.
        """
        _shell.make_dir(_shell.LOGS)
        _shell.need_space(VAR, 200)
        _supervise.sweep()
        require_port(self.port)
        self._find_database()
        self.environment.update(
            PORT=str(self.port),
            PYTHONUNBUFFERED="1",
            VAR_DIR=str(VAR),
        )
        self.environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
        self.environment.setdefault("SITE_URL", f"http://{HOST}:{self.port}")
        # A newcomer sees the pages as a member would: fast, small, and never a traceback.
        self.environment.setdefault("DEBUG", "0")
        messages.compile_all()
        prepared = self._prepared_fingerprint()
        if not prepared or read(PREPARED_STAMP) != prepared:
            PREPARED_STAMP.unlink(missing_ok=True)
            self._prepare()
            # Asked again: the sign-ins are there only now.
            PREPARED_STAMP.write_text(self._prepared_fingerprint(), encoding="ascii")
        for name in ("web server", "worker"):
            self._add(name)
        if not _supervise.wait_until(self._is_ready, self._tend, READY_SECONDS):
            raise Fault(f"/readyz is not green after {READY_SECONDS} s: {self._readiness()[1]}")
        # Last, so that it does not take the cores from those that are waited for.
        self._add("beat")

    def _add(self, name: str) -> None:
        """Start one process of the group."""
        self.group.add(_supervise.Child(name, commands(self.port)[name], self.environment))

    def _prepared_fingerprint(self) -> str:
        """Hash what decides whether the database is prepared; empty where we cannot know.

        The data directory's own identity is in it: other data need other work.
        `/readyz` compares the migrations once more with the database.
        """
        if self.cluster is None or self.cluster.place is None or not SIGNINS.exists():
            return ""
        data = (self.cluster.place.data / "PG_VERSION").stat()
        digest = hashlib.sha256(f"{data.st_ino} {data.st_mtime_ns} ".encode())
        digest.update(static_fingerprint().encode())
        for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("journeys/town/**/*.py")]):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _find_database(self) -> None:
        """Use DATABASE_URL, or start the embedded PostgreSQL.

        :raises Fault: when neither answers.
        """
        given = os.environ.get("DATABASE_URL")
        if given:
            _external.require_database(given)
            return
        self.cluster = Cluster(VAR / "postgres-demo")
        self.environment["DATABASE_URL"] = self.cluster.start()

    def _prepare(self) -> None:
        """Migrate and fill in one process, whose progress is shown as it comes.

        :raises Fault: with the end of its log.
        """
        log = _shell.LOGS / "prepare.log"
        log.write_bytes(b"")
        command = [sys.executable, "-m", "scripts._prepare", str(log), str(SIGNINS)]
        static = static_fingerprint()
        if read(STATIC_STAMP) != static:
            command.append("collectstatic")
        self.preparation = _shell.spawn(
            command,
            follow=signal.SIGKILL,
            cwd=ROOT,
            env={**self.environment, _supervise.MARK: _supervise.MARKED},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        while self.preparation.poll() is None:
            self._tend()
            time.sleep(0.02)
        code, self.preparation = self.preparation.returncode, None
        if code:
            raise Fault(_supervise.explain("The database could not be prepared", log))
        STATIC_STAMP.write_text(static, encoding="ascii")

    def _tend(self) -> None:
        """Bring back what died.

        :raises Fault: when it dies too often.
        """
        if self.cluster is not None and not self.cluster.is_alive():
            delay = self.deaths.record()
            say("PostgreSQL ended; starting it again …")
            time.sleep(delay if len(self.deaths.times) > 1 else 0)
            self.cluster.restart()
            say("PostgreSQL is back.")
        self.group.tend()

    def _readiness(self) -> tuple[int, str]:
        """Ask `/readyz` and return its status and the beginning of its answer."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}/readyz", timeout=5) as answer:
                return answer.status, answer.read(500).decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read(500).decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            return 0, str(error)

    def _is_ready(self) -> bool:
        return self._readiness()[0] == 200

    def _announce(self, seconds: float) -> None:
        """Print the addresses and the demo sign-ins."""
        say(f"\nTongbao 通宝 is ready after {seconds:.1f} s.\n")
        for path, what in PAGES:
            say(f"  http://{HOST}:{self.port}{path:<15} {what}")
        if SIGNINS.exists():
            say("\n" + SIGNINS.read_text(encoding="utf-8").rstrip())
        say(f"\nLogs are in {_shell.shown(_shell.LOGS)}/. Ctrl-C stops everything.")

    def _stop(self) -> None:
        """End the processes, then the database; more signals only make it hurry."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(_supervise, "GRACE_SECONDS", 0))
        if self.preparation is not None:
            _shell.kill_group(self.preparation.pid, signal.SIGKILL)
            self.preparation.wait()
        self.group.stop()
        if self.cluster is not None:
            self.cluster.stop()


def commands(port: int) -> dict[str, list[str]]:
    """Return the processes of the group, sized for this machine."""
    cores = os.cpu_count() or 1
    web = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    web += ["--workers", str(max(2, min(cores, 4))), "--blocking-threads", "4", "--no-ws"]
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "5"]
    web += ["--working-dir", str(ROOT), "config.wsgi:application"]
    celery = ["-m", "celery", "-A", "config"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # No pid file: after a kill it would only keep the next beat from starting.
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile="]
    return {
        "web server": [sys.executable, *web],
        "worker": [sys.executable, *worker],
        "beat": [sys.executable, *beat],
    }


def read(stamp: Path) -> str:
    """Return what a stamp says, or nothing."""
    return stamp.read_text(encoding="ascii") if stamp.exists() else ""


def read_port(text: str) -> int:
    """Read PORT.

    :raises Fault: when it is no port.
    """
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise Fault(f"PORT={text} is no port; a number from 1 to 65535 is one.")
    return int(text)


def require_port(port: int) -> None:
    """Make sure that nobody listens there; a server of ours that is ending gets a moment.

    :raises Fault: when the port is used or reserved.
    """
    deadline = time.monotonic() + FREED_SECONDS
    while True:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, port))
                probe.listen(1)
            return
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Fault(f"Port {port} is reserved; choose one: make demo PORT=8001.") from None
            if error.errno != errno.EADDRINUSE:
                raise
            if time.monotonic() > deadline:
                free = 8000 if port != 8000 else 8001
                raise Fault(
                    f"Port {port} is used by another program; choose one: make demo PORT={free}."
                ) from None
        time.sleep(0.2)


def static_fingerprint() -> str:
    """Hash names, sizes and times below static/, and the installed packages."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
