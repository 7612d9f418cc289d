"""Kill -9 of PostgreSQL and of the worker during a load: nothing promised is lost or doubled."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
pytestmark = [pytest.mark.kill, pytest.mark.outbox]


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder that an unprivileged server may enter."""
    folder = Path(tempfile.mkdtemp(prefix="tb-kill-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(place: Path) -> Iterator[Cluster]:
    """Run a durable server of this test's own: the shared one may not be killed."""
    cluster = Cluster(place / "pg", durable=True, max_connections=60)
    cluster.start()
    yield cluster
    cluster.stop()


def _environment(place: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "VAR_DIR": str(place / "var"),
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "LOG_LEVEL": "ERROR",
    }


class Worker:
    """A real Celery worker with beat inside, as one group of processes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat"]
        command += ["--concurrency", "1", "--loglevel", "ERROR", "--without-gossip"]
        command += ["--without-mingle", "--without-heartbeat", "--pidfile="]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


def test_twenty_kills_lose_nothing_and_double_nothing(place: Path, cluster: Cluster) -> None:
    environment = _environment(place, cluster.url)
    (place / "var").mkdir()
    migrated = _run(environment, "manage.py", "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr[-2000:]
    prepared = _run(environment, "-m", "tests.kill.load", "prepare")
    assert prepared.returncode == 0, prepared.stderr[-2000:]

    acknowledged, stop = place / "acknowledged", place / "stop"
    acknowledged.touch()
    load = subprocess.Popen(
        [sys.executable, "-m", "tests.kill.load", "pay", str(acknowledged), str(stop)],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    worker = Worker(environment)
    try:
        _kill_around(cluster, worker, acknowledged, load)
        stop.touch()
        assert load.wait(90) == 0, load.stderr.read()[-2000:]
    finally:
        worker.kill()
        if load.poll() is None:
            os.killpg(load.pid, signal.SIGKILL)
            load.wait(10)
        load.stderr.close()

    checked = _run(environment, "-m", "tests.kill.load", "check", str(acknowledged))
    assert checked.returncode == 0, checked.stdout + checked.stderr[-2000:]
    found = json.loads(checked.stdout.splitlines()[-1])
    assert found["acknowledged"] >= KILLS, found


def _kill_around(
    cluster: Cluster, worker: Worker, acknowledged: Path, load: subprocess.Popen[str]
) -> None:
    """Kill the server and the worker in turn, each time only after new payments were promised."""
    dice = random.Random(20260314)
    seen = 0
    for number in range(KILLS):
        deadline = time.monotonic() + 60
        while (now := acknowledged.stat().st_size) <= seen:
            assert load.poll() is None, load.stderr.read()[-2000:]
            assert time.monotonic() < deadline, f"no payment for a minute after kill {number}"
            time.sleep(0.05)
        seen = now
        time.sleep(dice.uniform(0.1, 0.7))
        if number % 2:
            worker.kill()
            worker.start()
        else:
            os.kill(cluster.pid, signal.SIGKILL)
            while cluster.is_alive():
                time.sleep(0.01)
            cluster.restart()
