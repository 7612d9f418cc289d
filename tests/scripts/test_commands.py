"""One clear sentence and a failing exit code for what goes wrong at a user's machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from scripts import _demo, _external, _shell, _supervise, bootstrap
from scripts._shell import ROOT, Fault

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _supervise.Group:
    """Return a group whose mark, logs and delays are this test's own."""
    monkeypatch.setattr(_shell, "LOGS", tmp_path)
    monkeypatch.setattr(_supervise, "MARKED", str(tmp_path))
    monkeypatch.setattr(_supervise, "FIRST_DELAY_SECONDS", 0.001)
    return _supervise.Group()


def test_used_port_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_demo, "FREED_SECONDS", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Fault, match=f"^Port {port} is used by another program; .* PORT=8000.$"):
            _demo.require_port(port)
    _demo.require_port(port)


@pytest.mark.parametrize("text", ["", "0", "65536", "80a", "-1", "８０００", "1e3"])
def test_no_port_is_one_sentence(text: str) -> None:
    with pytest.raises(Fault, match="is no port"):
        _demo.read_port(text)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://a/b", "must look like postgres://"),
        ("nonsense", "must look like postgres://"),
        ("postgres://a:b@127.0.0.1:99999/c", "cannot be read: Port out of range"),
        ("postgres://a:sesame@127.0.0.1:1/c", r"\(127.0.0.1, port 1\): Connection refused.$"),
    ],
)
def test_broken_database_url_is_one_sentence_without_secrets(url: str, words: str) -> None:
    with pytest.raises(Fault, match=words) as refused:
        _external.require_database(url)
    assert "\n" not in str(refused.value)
    assert "sesame" not in str(refused.value)


def test_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"too full: .* are needed; free some space"):
        _shell.need_space(tmp_path / "not" / "there", 10**9)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
        ("WARNING: Retrying … NewConnectionError(…)", "package index does not answer"),
        ("OSError: [Errno 13] Permission denied: x", "belongs to another user"),
        ("ERROR: No matching distribution found for x==1", "No matching distribution found"),
    ],
)
def test_words_of_pip_become_one_sentence(output: str, words: str) -> None:
    told = bootstrap.explain(output, "The requirements in x.txt")
    assert words in told
    assert "\n" not in told


def test_old_python_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (3, 99))
    with pytest.raises(Fault, match=r"needs Python 3\.99 or newer, and this is 3\."):
        bootstrap.require_python(bootstrap.RUNTIME)


def test_commands_print_the_sentence_and_fail() -> None:
    environment = {**os.environ, "PORT": "x"}
    done = subprocess.run(
        [sys.executable, "scripts/demo.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "PORT=x is no port; a number from 1 to 65535 is one.\n"


@pytest.mark.kill
def test_dead_child_is_started_again_a_bounded_number_of_times(
    group: _supervise.Group, said: list[str]
) -> None:
    group.add(_supervise.Child("sleeper", SLEEP, dict(os.environ)))
    child = group.children[0]
    for _ in range(_supervise.DEATHS_ALLOWED):
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        assert _supervise.wait_until(lambda: child.process is not None, group.tend, 5)
        group.tend()
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    with pytest.raises(Fault, match="The sleeper ended 6 times"):
        group.tend()
    assert sum("ended (signal 9)" in line for line in said) == _supervise.DEATHS_ALLOWED
    group.stop()


@pytest.mark.kill
def test_stop_leaves_no_process_not_even_a_detached_grandchild(group: _supervise.Group) -> None:
    code = (
        "import subprocess, sys, time, signal\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "child = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "subprocess.Popen(child, start_new_session=True)\n"
        "print('begun', flush=True)\n"
        "time.sleep(60)\n"
    )
    group.add(_supervise.Child("parent", [sys.executable, "-c", code], dict(os.environ)))
    log = group.children[0].log
    assert _supervise.wait_until(lambda: "begun" in log.read_text(), group.tend, 20)
    marked = list_marked()
    assert len(marked) == 2
    group.stop()
    assert not list_marked()


@pytest.mark.kill
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_child_follows_a_killed_parent() -> None:
    code = (
        "import sys, signal, time\n"
        "from scripts import _shell\n"
        "command = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "print(_shell.spawn(command, follow=signal.SIGTERM).pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_living(child)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 10
    while is_living(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_living(child)


def is_living(pid: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def list_marked() -> list[int]:
    """Return the living processes that carry this test's mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_supervise.MARK) == _supervise.MARKED and is_living(
                process.pid
            ):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found
