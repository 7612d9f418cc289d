"""Fixtures that every test may use."""

import datetime as dt
import socket

import pytest

# A Saturday morning in the demo town; no test depends on the day it runs.
NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def at() -> dt.datetime:
    """Return the fixed instant of a test."""
    return NOON


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every socket that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test reached outside: {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
