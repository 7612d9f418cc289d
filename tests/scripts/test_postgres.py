"""The keeper of the embedded PostgreSQL: what it promises, with real servers."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts import _data, _orphans, _place, postgres
from scripts._shell import ROOT, Fault

AS_ROOT = os.geteuid() == 0
CLI = [sys.executable, "scripts/postgres.py"]


@contextmanager
def running(home: Path, *, durable: bool = False) -> Iterator[postgres.Cluster]:
    """Keep a cluster for the block; most tests need no durability."""
    cluster = postgres.Cluster(home, durable=durable)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def ask(url: str, question: str) -> object:
    """Return the one value that a query gives."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
    return row[0]


def wait_until_gone(data: Path, seconds: float = 15) -> bool:
    """Say whether every process of the server over `data` has ended."""
    return _orphans.wait_gone(data, seconds)


def test_server_is_durable_by_default_and_the_role_is_no_superuser(open_dir: Path) -> None:
    with postgres.keeper(open_dir / "pg") as url:
        settings = {
            name: ask(url, f"SHOW {name}")
            for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        }
        assert set(settings.values()) == {"on"}
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(url, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user") is True
    assert wait_until_gone(open_dir / "pg/data", 0)


def test_data_stay_and_the_password_is_asked(home: Path) -> None:
    with running(home) as cluster, psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with running(home) as cluster:
        assert ask(cluster.url, "SELECT answer FROM kept") == 42
        wrong = cluster.url.replace("tongbao:", "tongbao:x")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
            psycopg.connect(wrong.replace("//tongbao", "//postgres"))


def test_only_the_server_user_enters_socket_and_data(home: Path) -> None:
    with running(home) as cluster:
        assert cluster.sockets is not None
        for directory in (cluster.sockets, home / "data"):
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        for secret in ("password", "url"):
            assert stat.S_IMODE((home / secret).stat().st_mode) == 0o600
        assert stat.S_IMODE(home.parent.stat().st_mode) == 0o755, "a parent was opened or closed"
        server_uid = psutil.Process(cluster.pid).uids().effective
        assert server_uid == cluster.sockets.stat().st_uid
        assert server_uid != 0


def test_second_keeper_is_refused_and_harms_nothing(home: Path) -> None:
    with running(home) as cluster:
        held = f"in use by process {os.getpid()}; stop that one first"
        with pytest.raises(Fault, match=held), postgres.keeper(home, durable=False):
            pass
        assert ask(cluster.url, "SELECT 1") == 1
        assert (home / "url").exists()
        second = postgres.start_first_free(home, durable=False, max_connections=20)
        try:
            assert second.home.name == "pg-2"
            assert second.url != cluster.url
        finally:
            second.stop()


@pytest.mark.kill
def test_killed_server_comes_back_under_the_same_url(home: Path) -> None:
    with running(home, durable=True) as cluster:
        url = cluster.url
        for number in range(3):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE TABLE t{number} ()")
                os.kill(cluster.pid, signal.SIGKILL)
                cluster.server.wait()  # type: ignore[union-attr]
                assert not cluster.is_alive()
                cluster.restart()
            assert cluster.url == url
        assert ask(url, "SELECT count(*) FROM pg_tables WHERE tablename ~ '^t[0-9]$'") == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"12", b"1\n", b"\0" * 40, str(os.getpid()).encode() + b"\n/elsewhere\n1\n5432\n"],
    ids=["empty", "truncated", "init", "garbage", "living-stranger"],
)
def test_stale_pid_file_does_not_stop_a_start(home: Path, content: bytes) -> None:
    pid_file = home / "data" / "postmaster.pid"
    pid_file.write_bytes(content)
    (home / "socket" / ".s.PGSQL.5432.lock").write_bytes(content)
    (home / "socket" / ".s.PGSQL.5432").write_bytes(b"")
    if AS_ROOT:
        owner = (home / "data").stat()
        os.chown(pid_file, owner.st_uid, owner.st_gid)
    with running(home) as cluster:
        assert ask(cluster.url, "SELECT 1") == 1


@pytest.mark.kill
def test_orphan_is_stopped_before_a_new_server_starts(home: Path, said: list[str]) -> None:
    with running(home) as cluster:
        orphan = cluster.pid
        held = psycopg.connect(cluster.url)
        # What a keeper killed without its leash leaves: a living server, a free lock.
        cluster._lock.close()  # type: ignore[union-attr]
        try:
            with running(home) as successor:
                assert successor.pid != orphan
                assert ask(successor.url, "SELECT 1") == 1
                assert cluster.server.wait(10) == 0, "not a fast shutdown"  # type: ignore[union-attr]
        finally:
            held.close()
    assert any("left behind" in line for line in said)
    assert wait_until_gone(home / "data")


@pytest.mark.kill
def test_backends_without_postmaster_are_stopped(home: Path) -> None:
    with running(home) as cluster:
        os.kill(cluster.pid, signal.SIGSTOP)  # its children stay, whatever happens to it
        backends = psutil.Process(cluster.pid).children()
        for process in backends:
            process.suspend()
        os.kill(cluster.pid, signal.SIGKILL)
        cluster.server.wait()  # type: ignore[union-attr]
        assert _orphans.list_servers(home / "data")
        cluster.restart()
        assert ask(cluster.url, "SELECT 1") == 1
        left = {process.pid for process in _orphans.list_servers(home / "data")}
        assert left.isdisjoint(process.pid for process in backends)


@pytest.mark.kill
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_server_follows_a_killed_keeper(home: Path) -> None:
    keeper = subprocess.Popen(
        [*CLI, "run", "--not-durable", "--home", str(home)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert keeper.stdout is not None
    url = keeper.stdout.readline().decode().strip()
    assert ask(url, "SELECT 1") == 1
    keeper.kill()
    keeper.communicate()
    assert wait_until_gone(home / "data")
    with running(home) as cluster:
        assert ask(cluster.url, "SELECT 1") == 1


def test_sigterm_shuts_down_fast_although_a_session_is_open(home: Path) -> None:
    keeper = subprocess.Popen(
        [*CLI, "run", "--not-durable", "--home", str(home)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert keeper.stdout is not None
    url = keeper.stdout.readline().decode().strip()
    with psycopg.connect(url):
        begun = time.monotonic()
        keeper.terminate()
        keeper.communicate(timeout=30)
        assert time.monotonic() - begun < 15
    assert keeper.returncode == 128 + signal.SIGTERM
    assert wait_until_gone(home / "data", 0)
    assert "database system is shut down" in (home / "server.log").read_text()


def test_unfinished_data_directory_is_made_anew(open_dir: Path) -> None:
    home = open_dir / "pg"
    (home / "data.unfinished" / "base").mkdir(parents=True)
    with running(home) as cluster:
        assert ask(cluster.url, "SELECT 1") == 1
    assert not (home / "data.unfinished").exists()


def test_lost_password_is_set_anew(home: Path) -> None:
    (home / "password").unlink()
    with running(home) as cluster:
        assert ask(cluster.url, "SELECT 1") == 1
    (home / "password").write_text("wrong")
    with pytest.raises(Fault, match="remove that file"), running(home):
        pass
    assert wait_until_gone(home / "data", 0)


def test_data_of_another_version_are_refused(home: Path) -> None:
    (home / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(Fault, match="was made by PostgreSQL 12 and this is 18"), running(home):
        pass


def test_broken_configuration_gives_the_log(home: Path) -> None:
    with (home / "data" / "postgresql.conf").open("a") as stream:
        stream.write("no_such_setting = 1\n")
    words = r"ended while it was starting(.|\n)*no_such_setting"
    with pytest.raises(Fault, match=words), running(home):
        pass


def test_deep_checkout_gets_a_short_socket_path(open_dir: Path) -> None:
    deep = open_dir / ("d" * 60) / ("e" * 60)
    with running(deep) as cluster:
        sockets = cluster.sockets
        assert sockets is not None
        assert len(os.fsencode(sockets / _place.SOCKET_NAME)) <= _place.SOCKET_PATH_BYTES
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert ask(cluster.url, "SELECT 1") == 1
    assert not sockets.exists()


@pytest.mark.skipif(not AS_ROOT, reason="needs root")
def test_closed_checkout_moves_the_data_and_says_so(
    open_dir: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, outside = open_dir / "closed", open_dir / "outside"
    outside.mkdir()
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(_place, "SYSTEM_HOME", outside)
    with running(closed / "pg") as cluster:
        assert cluster.place is not None
        assert cluster.place.moved
        assert cluster.place.data.is_relative_to(outside)
        assert ask(cluster.url, "SELECT 1") == 1
    assert any(f"its data is kept in {outside}" in line for line in said)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "somebody's home was opened"
    assert (closed / "pg" / "data-is-elsewhere").exists()


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user runs the other tests already")
def test_ordinary_user_keeps_a_server(open_dir: Path) -> None:
    python = f"/usr/bin/python3.{sys.version_info[1]}"
    if not Path(python).exists():
        pytest.skip(f"no {python} that an ordinary user may run")
    nobody = pwd.getpwnam("nobody")
    shutil.copytree(ROOT / "scripts", open_dir / "scripts")
    os.chown(open_dir, nobody.pw_uid, nobody.pw_gid)
    code = (
        "from pathlib import Path; import os, psycopg\n"
        "from scripts.postgres import Cluster\n"
        f"cluster = Cluster(Path({str(open_dir)!r}) / 'pg', durable=False)\n"
        "url = cluster.start()\n"
        "with psycopg.connect(url) as c: print(c.execute('SELECT 7').fetchone()[0])\n"
        "print(cluster.sockets.stat().st_uid == os.geteuid() != 0)\n"
        "cluster.stop()\n"
    )
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        [python, "-c", code],
        cwd=open_dir,
        env={"PYTHONPATH": f"{open_dir}:{packages}", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
    )
    assert done.stdout.split() == ["7", "True"], done.stderr
    assert wait_until_gone(open_dir / "pg/data", 0)


def test_url_means_the_same_to_django() -> None:
    import environ

    settings = environ.Env.db_url_config(
        f"postgres://{_data.ROLE}:secret@/{_data.DATABASE}?host=/tmp/Ab/socket"
    )
    assert settings["NAME"] == settings["USER"] == "tongbao"
    assert settings["OPTIONS"] == {"host": "/tmp/Ab/socket"}
