"""The keeper of the embedded PostgreSQL.

Guarantees: one keeper per cluster (flock); ready means that a connection was
made; the server is a child in the foreground and follows its keeper's death;
only its OS user enters the socket directory, and a password is asked there;
what an earlier crash left behind is stopped or removed first; crash recovery
is waited for as long as it takes; `stop` is a fast shutdown. With `durable`,
the default, fsync, synchronous_commit, full_page_writes and checksums are on.

    with keeper(ROOT / "var/postgres-demo") as url: ...
    python3 scripts/postgres.py run [--home DIR] [--not-durable]
    python3 scripts/postgres.py exec [--home DIR] [--not-durable] -- COMMAND ...
    python3 scripts/postgres.py url [--home DIR]
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from scripts import _data, _place, _shell, bootstrap
from scripts._shell import Fault

LOG_LIMIT_BYTES = 10 * 2**20
STOP_SECONDS = 60
NEWS_SECONDS = 10
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
FLEETING = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Cluster:
    """One data directory and, between `start` and `stop`, its server.

    :param home: the directory of lock, password, log and (mostly) the data.
    :param durable: False for tests only: a crash of the machine may corrupt it.
    """

    def __init__(self, home: Path, *, durable: bool = True, max_connections: int = 100) -> None:
        self.home = home.absolute()
        self.durable = durable
        self.max_connections = max_connections
        self.place: _place.Place | None = None
        self.sockets: Path | None = None
        self.server: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._password = ""

    @property
    def url(self) -> str:
        """Return the DATABASE_URL, with the password; it stays the same over restarts."""
        return f"postgres://{_data.ROLE}:{self._password}@/{_data.DATABASE}?host={self.sockets}"

    @property
    def pid(self) -> int:
        """Return the postmaster's process id."""
        assert self.server is not None
        return self.server.pid

    @property
    def log(self) -> Path:
        """Return the file of the server's own messages."""
        return self.home / "server.log"

    def start(self) -> str:
        """Start the server and return its URL once it answers.

        :raises Fault: when another keeper holds it, or it cannot start.
        """
        _shell.make_dir(self.home)
        self._acquire()
        try:
            from scripts import _orphans

            self.place = _place.find_place(self.home)
            _orphans.stop_servers(self.place.data)
            self.sockets = _place.socket_dir(self.place)
            self._password = _data.prepare(self.place, durable=self.durable, log=self.log)
            self._launch()
            self._wait_ready()
            _data.write_private(self.home / "url", self.url)
        except BaseException:
            self.stop()
            raise
        return self.url

    def is_alive(self) -> bool:
        """Say whether the postmaster runs."""
        return self.server is not None and self.server.poll() is None

    def restart(self) -> None:
        """Start the server again after it died, under the same URL.

        Call it from the main thread: the kernel ends a server whose starting
        thread has ended (other threads start it without that leash).

        :raises Fault: when it cannot start.
        """
        from scripts import _orphans

        assert self.place is not None
        if self.is_alive():
            return
        # Backends of the dead postmaster still hold its shared memory for a moment.
        _orphans.wait_gone(self.place.data, 5) or _orphans.stop_servers(self.place.data)
        self._launch()
        self._wait_ready()

    def stop(self) -> None:
        """Shut down fast: sessions end, a checkpoint is written; then let the lock go."""
        if self._lock is None:
            return  # never ours: the files belong to whoever holds the lock
        try:
            if self.server is not None:
                stop_server(self.server)
        finally:
            self.server = None
            (self.home / "url").unlink(missing_ok=True)
            if self.sockets is not None and self.sockets.parent != self.data_parent():
                shutil.rmtree(self.sockets, ignore_errors=True)
                (self.home / "socket-is-elsewhere").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def data_parent(self) -> Path:
        """Return the directory around the data."""
        return self.place.data.parent if self.place else self.home

    def _acquire(self) -> None:
        """Take the lock that lasts exactly as long as this process.

        :raises Fault: when another process has it.
        """
        lock = (self.home / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise Held(
                f"The PostgreSQL in {_shell.shown(self.home)} is in use by process {owner}; "
                "stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _launch(self) -> None:
        """Start the postmaster as a child in the foreground."""
        assert self.place is not None
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)
        settings = (
            "listen_addresses=",
            "unix_socket_permissions=0700",
            f"max_connections={self.max_connections}",
            "shared_buffers=128MB",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_line_prefix=%m [%p] ",
            # Values of statements are personal data, and a log is no place for them.
            "log_parameter_max_length_on_error=0",
            f"cluster_name={self.home.name}",
            *(DURABLE if self.durable else FLEETING),
        )
        command = [str(self.place.bin / "postgres"), "-D", str(self.place.data)]
        command += ["-k", str(self.sockets), "-p", "5432"]
        for setting in settings:
            command += ["-c", setting]
        with self.log.open("ab") as log:
            self.server = _shell.spawn(
                command,
                follow=signal.SIGINT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_data.clean_environment(),
                # Ctrl-C in the terminal is the keeper's business.
                start_new_session=True,
                **self.place.identity(),
            )

    def _wait_ready(self) -> None:
        """Wait until a connection is made; a pid or a file would prove nothing.

        :raises Fault: when the server ends instead, or refuses our password.
        """
        import psycopg

        begun = news = time.monotonic()
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise Fault(
                        f"PostgreSQL refuses the password in {_shell.shown(self.home)}/password; "
                        "remove that file, and the next start sets a new one."
                    ) from None
            if not self.is_alive():
                raise Fault(_data.explain(self.log, "PostgreSQL ended while it was starting"))
            if time.monotonic() - news > NEWS_SECONDS:
                news = time.monotonic()
                _shell.say(f"PostgreSQL is still recovering ({news - begun:.0f} s) …")
            time.sleep(0.03)


class Held(Fault):
    """Another process keeps this cluster."""


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """End a postmaster: fast, then immediate, then by force."""
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10)):
        if server.poll() is None:
            server.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(seconds)
    if server.poll() is None:
        server.kill()
        server.wait()


@contextlib.contextmanager
def keeper(data_dir: Path, *, durable: bool = True, max_connections: int = 100) -> Iterator[str]:
    """Keep a PostgreSQL over `data_dir` for the block and yield its DATABASE_URL.

    :raises Fault: when another process keeps it, or it cannot start.
    """
    cluster = Cluster(data_dir, durable=durable, max_connections=max_connections)
    try:
        yield cluster.start()
    finally:
        cluster.stop()


def start_first_free(home: Path, *, durable: bool, max_connections: int) -> Cluster:
    """Start `home`, or `home-2`, `home-3`, … where others of this checkout run.

    :raises Fault: when nine are in use, or the server cannot start.
    """
    for number in range(1, 10):
        name = home.name if number == 1 else f"{home.name}-{number}"
        options = {"durable": durable, "max_connections": max_connections}
        cluster = Cluster(home.with_name(name), **options)  # type: ignore[arg-type]
        with contextlib.suppress(Held):
            cluster.start()
            return cluster
    raise Fault(f"Nine runs already use {_shell.shown(home)}; stop one of them.")


def main(arguments: list[str]) -> int:
    """Run the command line; see the module's docstring."""
    bootstrap.enter()
    parser = argparse.ArgumentParser(prog="postgres.py", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("run", "exec", "url"))
    parser.add_argument("--home", type=Path, default=_shell.VAR / "postgres-demo")
    parser.add_argument("--not-durable", action="store_true")
    parser.add_argument("command", nargs="*")
    given = parser.parse_args(arguments)
    if given.action == "url":
        return print_url(given.home)
    _shell.raise_on_signals()
    cluster = Cluster(given.home, durable=not given.not_durable)
    try:
        cluster.start()
        if given.action == "exec":
            environment = {**os.environ, "DATABASE_URL": cluster.url}
            return subprocess.run(given.command, env=environment).returncode
        _shell.say(cluster.url)
        return keep(cluster)
    finally:
        cluster.stop()


def print_url(home: Path) -> int:
    """Print the URL of a server that runs.

    :raises Fault: when none does.
    """
    try:
        _shell.say((home / "url").read_text(encoding="utf-8"))
    except OSError:
        raise Fault(f"No PostgreSQL runs in {_shell.shown(home)}.") from None
    return 0


def keep(cluster: Cluster) -> int:
    """Bring the server back whenever it dies, until somebody stops us.

    :raises Fault: when it dies six times within a minute.
    """
    deaths: list[float] = []
    while True:
        time.sleep(0.2)
        if not cluster.is_alive():
            deaths = [at for at in deaths if at > time.monotonic() - 60] + [time.monotonic()]
            if len(deaths) > 5:
                raise Fault(_data.explain(cluster.log, "PostgreSQL died six times within a minute"))
            cluster.restart()


if __name__ == "__main__":
    _shell.run_main(main)
