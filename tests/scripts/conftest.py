"""Places that an unprivileged server can reach, also when the tests run as root."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import _shell, postgres


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """Return a new directory that every user may enter (pytest's own is closed)."""
    directory = Path(tempfile.mkdtemp(prefix="tb-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """Return the home of a stopped cluster: making one costs more than all tests on it."""
    directory = Path(tempfile.mkdtemp(prefix="tb-", dir="/tmp"))
    directory.chmod(0o755)
    with postgres.keeper(directory / "pg", durable=False):
        pass
    yield directory / "pg"
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def home(open_dir: Path, template: Path) -> Path:
    """Return the home of a cluster that ran once and stopped."""
    # cp keeps owners and modes, which copytree does not.
    subprocess.run(["cp", "-a", str(template), str(open_dir / "pg")], check=True)
    return open_dir / "pg"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what the scripts tell the person at the terminal."""
    lines: list[str] = []
    monkeypatch.setattr(_shell, "say", lambda text="", end="\n": lines.append(text))
    return lines
