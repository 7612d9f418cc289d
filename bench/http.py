"""A whole payment over HTTP against an endpoint that inserts one row, and the pages' weight.

Both endpoints stand behind the same server, sign-in, parser and database; the rounds take turns
and the ratios are of medians. The client is this process: it costs both sides the same.
"""

import gzip
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
WARM_UP = 40
Call = tuple[str, dict[str, str], bytes]


def run(*, rounds: int = 5, calls: int = 120) -> list[dict[str, Any]]:
    """Return the rows of (c), (d) and (g)."""
    each = rounds * (calls // CLIENTS * 2)
    town = _open_town(requests=[WARM_UP + rounds * calls + each] + [each] * (CLIENTS - 1))
    with _server() as port:
        rows = _floor_against_payment(port, town, rounds, calls)
        rows += _pages(port, town)
    return rows


class Town:
    """Members that are signed in, and requests that wait to be paid."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.cookies: list[str] = []
        self.requests: list[list[uuid.UUID]] = []

    def floor(self, member: int) -> Call:
        body = {"amount_minor": 1850, "currency": "CNY", "note": "two bowls of noodles"}
        return "/bench/rows/", {"X-Session-Token": self.tokens[member]}, json.dumps(body).encode()

    def payment(self, member: int) -> Call:
        path = f"/api/v1/payment-requests/{self.requests[member].pop()}/payment/"
        headers = {"X-Session-Token": self.tokens[member], "Idempotency-Key": uuid.uuid4().hex}
        return path, headers, b"{}"


def _open_town(*, requests: list[int]) -> Town:
    """Make one signed-in member for each client, with so many requests to pay."""
    from bench.models import CREATE
    from foundation import clock
    from foundation.db import entry
    from foundation.money import Money
    from tests.factories.merchants import make_shop
    from tests.factories.wallet import make_member
    from wallet.payments import actions as payments
    from wallet.risk import actions as risk
    from wallet.risk.rules import Limits

    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    at = clock.now()
    shop = make_shop(name="长街面馆")
    town = Town()

    @entry
    def open_requests(many: int) -> list[uuid.UUID]:
        return [
            payments.open_request(
                scene="dynamic", payee=shop.payee, amount=Money(1850, "CNY"), at=at,
                created_by=None, minutes=600,
            ).uid
            for _ in range(many)
        ]  # fmt: skip

    for many in requests:
        member = make_member(balance_minor=10**9)
        limits = Limits(20_000, 500_000, 10**11)
        entry(risk.set_limits)(user_id=member.id, limits=limits, at=at)
        town.tokens.append(_sign_in(member.user))
        town.requests.append(open_requests(many))
    return town


def _sign_in(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


@contextmanager
def _server() -> Iterator[int]:
    """Run the web server as the demo does, on a free port, on the bench's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"]
    command += ["--log-level", "warning", "config.wsgi:application"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _ in range(300):
            try:
                if _get(port, "/readyz", "")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the web server did not become ready in 30 seconds")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _floor_against_payment(port: int, town: Town, rounds: int, calls: int) -> list[dict[str, Any]]:
    times: dict[str, list[float]] = {"floor": [], "payment": []}
    rates: dict[str, list[float]] = {"floor": [], "payment": []}
    makers: dict[str, Callable[[int], Call]] = {"floor": town.floor, "payment": town.payment}
    for maker in makers.values():
        _send(port, maker, 0, WARM_UP)
    for _ in range(rounds):
        for name, maker in makers.items():
            times[name] += _send(port, maker, 0, calls)
        for name, maker in makers.items():
            rates[name].append(_together(port, maker, calls // CLIENTS * 2))
    p50 = {name: statistics.median(found) * 1000 for name, found in times.items()}
    rate = {name: statistics.median(found) for name, found in rates.items()}
    return [
        _row("(c) insert one row, 1 client, p50", p50["floor"], "ms", None, ""),
        _row("(d) whole payment, 1 client, p50", p50["payment"], "ms",
             p50["payment"] / p50["floor"], "≤ 2.0 × (c)"),
        _row("(c) insert one row, 8 clients", rate["floor"], "calls/s", None, ""),
        _row("(d) whole payment, 8 clients", rate["payment"], "calls/s",
             rate["payment"] / rate["floor"], "≥ 0.5 × (c)"),
    ]  # fmt: skip


def _row(name: str, value: float, unit: str, ratio: float | None, goal: str) -> dict[str, Any]:
    rounded = round(ratio, 2) if ratio is not None else None
    return {"name": name, "value": round(value, 2), "unit": unit, "ratio": rounded, "goal": goal}


def _send(port: int, maker: Callable[[int], Call], member: int, calls: int) -> list[float]:
    """Send calls one after the other over one connection; return their seconds."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seconds = []
    for _ in range(calls):
        path, headers, body = maker(member)
        started = time.perf_counter()
        client.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = client.getresponse()
        text = answer.read()
        seconds.append(time.perf_counter() - started)
        if answer.status != 201:
            raise RuntimeError(f"{path} answered {answer.status}: {text[:300]!r}")
    client.close()
    return seconds


def _together(port: int, maker: Callable[[int], Call], calls: int) -> float:
    """Send from eight clients at once; return calls a second."""
    start = threading.Barrier(CLIENTS + 1)
    failures: list[BaseException] = []

    def work(member: int) -> None:
        start.wait()
        try:
            _send(port, maker, member, calls)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return CLIENTS * calls / (time.perf_counter() - started)


def _get(port: int, path: str, cookie: str) -> tuple[int, bytes, int]:
    """Return status, text and the bytes that came over the wire (headers left out)."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = client.getresponse()
    wire = answer.read()
    client.close()
    text = gzip.decompress(wire) if answer.headers.get("Content-Encoding") == "gzip" else wire
    return answer.status, text, len(wire)


def _pages(port: int, town: Town) -> list[dict[str, Any]]:
    """Return time, queries and bytes of the wallet's home and history pages."""
    cookie = f"sessionid={town.tokens[0]}"
    rows = []
    for name, path in (("home", "/w/"), ("history", "/w/history/")):
        seconds, weight, text = [], 0, b""
        for _ in range(30):
            started = time.perf_counter()
            status, text, weight = _get(port, path, cookie)
            seconds.append(time.perf_counter() - started)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
        found = re.findall(rb'(?:src|href)="(/static/[^"]+)"', text)
        assets = {asset: _get(port, asset.decode(), cookie)[2] for asset in set(found)}
        first = (weight + sum(assets.values())) / 1024
        rows += [
            _row(f"(g) {name} page, p50", statistics.median(seconds) * 1000, "ms", None, ""),
            _row(f"(g) {name} page, queries", _queries(path, town.tokens[0]), "", None,
                 "≤ 8" if name == "home" else ""),
            _row(f"(g) {name} page, first visit", first, "KB", None,
                 "≤ 60" if name == "home" else ""),
            _row(f"(g) {name} page, later", weight / 1024, "KB", None,
                 "≤ 15" if name == "home" else ""),
        ]  # fmt: skip
    return rows


def _queries(path: str, session: str) -> int:
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies["sessionid"] = session
    client.get(path, headers={"host": "127.0.0.1"})
    with CaptureQueriesContext(connection) as captured:
        client.get(path, headers={"host": "127.0.0.1"})
    return len(captured)
