"""Places that an unprivileged server can reach, also when the tests run as root."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import _shell


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """Return a new directory that every user may enter (pytest's own is closed)."""
    directory = Path(tempfile.mkdtemp(prefix="tb-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what the scripts tell the person at the terminal."""
    lines: list[str] = []
    monkeypatch.setattr(_shell, "say", lambda text="", end="\n": lines.append(text))
    return lines
