"""The sandbox bank against a real server: its calls travel over HTTP."""

import datetime as dt
import itertools
import json

import pytest

from foundation import clock
from tests.factories.merchants import make_user
from tests.factories.wallet import in_entry, snapshot, yuan
from wallet.funding import actions, adapters, queries, rules
from wallet.funding.adapters import SIGNATURE_HEADER, TIMESTAMP_HEADER, RailAnswer
from wallet.funding.models import SandboxOrder, TopUpMove

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

SECOND = dt.timedelta(seconds=1)
PATH = "/rails/sandbox/callback/"


def start(user, text, at):
    opened = in_entry(
        actions.open_top_up, user_id=user.pk, user_uid=user.uid, amount=yuan(text), at=at
    )
    actions.submit(uid=opened.uid, at=at)
    return opened


def status_of(top_up, user):
    return queries.get_top_up(uid=top_up.uid, user_id=user.pk).status


@pytest.fixture
def site(live_server, settings):
    settings.SITE_URL = live_server.url
    return live_server


@committed
def test_bank_decides_within_three_seconds_and_calls(site):
    user, at = make_user(), clock.now()
    top_up = start(user, "100", at)
    due = SandboxOrder.objects.get().decided_at

    assert at + SECOND <= due <= at + 3 * SECOND
    assert actions.run_sandbox_bank(at=due - dt.timedelta(milliseconds=1)) == 0
    assert status_of(top_up, user) == "started"
    assert actions.run_sandbox_bank(at=due) == 1
    assert status_of(top_up, user) == "confirmed"
    assert actions.run_sandbox_bank(at=due + 60 * SECOND) == 0


@committed
def test_thirteen_fails(site):
    user, at = make_user(), clock.now()
    top_up = start(user, "100.13", at)

    actions.run_sandbox_bank(at=at + 3 * SECOND)

    assert status_of(top_up, user) == "failed"


@committed
def test_seventeen_is_late(site):
    user, at = make_user(), clock.now()
    top_up = start(user, "100.17", at)

    assert actions.run_sandbox_bank(at=at + 29 * SECOND) == 0
    assert actions.run_sandbox_bank(at=at + 30 * SECOND) == 1

    assert status_of(top_up, user) == "confirmed"


@committed
def test_nineteen_calls_twice_and_counts_once(site):
    user, at = make_user(), clock.now()
    top_up = start(user, "100.19", at)

    assert actions.run_sandbox_bank(at=at + 3 * SECOND) == 1
    assert actions.run_sandbox_bank(at=at + 4 * SECOND) == 1
    assert actions.run_sandbox_bank(at=at + 60 * SECOND) == 0

    assert status_of(top_up, user) == "confirmed"
    assert TopUpMove.objects.filter(to_status="confirmed").count() == 1


@committed
def test_twenty_three_never_calls_but_answers(site):
    user, at = make_user(), clock.now()
    top_up = start(user, "100.23", at)

    assert actions.run_sandbox_bank(at=at + 600 * SECOND) == 0
    assert status_of(top_up, user) == "started"
    actions.ask_banks(at=at + 45 * SECOND)
    assert status_of(top_up, user) == "confirmed"


def test_bank_calls_again_ever_later_until_it_is_heard(settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    user, at = make_user(), clock.now()
    start(user, "100", at)
    seen = []

    for _ in range(20):
        order = SandboxOrder.objects.get()
        if order.call_at is None:
            break
        seen.append(order.call_at)
        actions.run_sandbox_bank(at=order.call_at)

    gaps = [(later - earlier).seconds for earlier, later in itertools.pairwise(seen)]
    assert gaps == [2, 4, 8, 16, 32, 64, 128]
    assert len(seen) == rules.CALLBACK_TRIES


@committed
def test_bank_that_dies_while_calling_calls_again_after_its_lease(site, monkeypatch):
    user, at = make_user(), clock.now()
    top_up = start(user, "100", at)
    sent = adapters.send_callback

    def die(**_):
        raise SystemExit

    monkeypatch.setattr(adapters, "send_callback", die)
    with pytest.raises(SystemExit):
        actions.run_sandbox_bank(at=at + 3 * SECOND)
    monkeypatch.setattr(adapters, "send_callback", sent)

    assert actions.run_sandbox_bank(at=at + 17 * SECOND) == 0
    assert actions.run_sandbox_bank(at=at + 18 * SECOND) == 1
    assert status_of(top_up, user) == "confirmed"


def test_starting_an_order_again_is_the_same_order():
    user, at = make_user(), clock.now()
    top_up = start(user, "100", at)

    actions.submit(uid=top_up.uid, at=at)
    bank = actions.SandboxBank()
    first = bank.start(order_uid=top_up.uid, amount=yuan("100"), at=at)
    second = bank.start(order_uid=top_up.uid, amount=yuan("100"), at=at)

    assert first == second
    assert SandboxOrder.objects.count() == 1


# --- the callback's door ------------------------------------------------------------------------


def call(client, top_up, *, at=None, status="paid", body=None, **headers):
    at = at or clock.now()
    if body is None:
        body = adapters.write_callback(RailAnswer(top_up.uid, "SB1", status, top_up.amount))
    timestamp = str(int(at.timestamp()))
    sent = {
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: adapters.sign(body=body, timestamp=timestamp),
    } | headers
    return client.post(
        PATH,
        body,
        content_type="application/json",
        headers={name: value for name, value in sent.items() if value is not None},
    )


def test_signed_call_is_taken_and_a_copy_changes_nothing(client):
    user = make_user()
    top_up = start(user, "100", clock.now())

    first = call(client, top_up)
    before = snapshot()
    copy = call(client, top_up)

    assert (first.status_code, first.json()) == (200, {"status": "confirmed"})
    assert (copy.status_code, copy.json()) == (200, {"status": "confirmed"})
    assert snapshot() == before


@pytest.mark.parametrize("seconds", [-301, 301])
def test_call_outside_the_tolerance_is_refused(client, seconds):
    top_up = start(make_user(), "100", clock.now())
    before = snapshot()

    answer = call(client, top_up, at=clock.now() + seconds * SECOND)

    assert (answer.status_code, answer.json()["code"]) == (401, "callback_refused")
    assert snapshot() == before


@pytest.mark.parametrize(
    "headers",
    [
        {SIGNATURE_HEADER: "0" * 64},
        {SIGNATURE_HEADER: None},
        {SIGNATURE_HEADER: ""},
        {TIMESTAMP_HEADER: None},
        {TIMESTAMP_HEADER: "now"},
        {TIMESTAMP_HEADER: "１"},
        {TIMESTAMP_HEADER: "-5"},
        {TIMESTAMP_HEADER: "1" * 40},
    ],
)
def test_call_that_is_not_signed_is_refused(client, headers):
    top_up = start(make_user(), "100", clock.now())
    before = snapshot()

    answer = call(client, top_up, **headers)

    assert answer.status_code == 401
    assert snapshot() == before


def test_signature_covers_the_timestamp_and_the_body(client):
    top_up = start(make_user(), "100", clock.now())
    now = int(clock.now().timestamp())
    body = adapters.write_callback(RailAnswer(top_up.uid, "SB1", "paid", yuan("100")))
    signature = adapters.sign(body=body, timestamp=str(now - 400))
    before = snapshot()

    moved = call(client, top_up, **{SIGNATURE_HEADER: signature})
    other = adapters.write_callback(RailAnswer(top_up.uid, "SB1", "failed", yuan("100")))
    signature = adapters.sign(body=body, timestamp=str(now))
    changed = call(
        client, top_up, body=other,
        **{SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: str(now)},
    )  # fmt: skip

    assert (moved.status_code, changed.status_code) == (401, 401)
    assert snapshot() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        json.dumps({"order": "x"}).encode(),
        json.dumps({"order": 5, "reference": "", "status": "paid"}).encode(),
        b"x" * 5000,
        "ok",
        "rubbish status",
        "float amount",
        "foreign currency",
    ],
)
def test_signed_rubbish_is_refused(client, body):
    top_up = start(make_user(), "100", clock.now())
    said = json.loads(adapters.write_callback(RailAnswer(top_up.uid, "SB1", "paid", yuan("100"))))
    if body == "ok":
        said["status"] = "accepted"
    elif body == "rubbish status":
        said["status"] = ["paid"]
    elif body == "float amount":
        said["amount_minor"] = 10000.0
    elif body == "foreign currency":
        said["currency"] = "XXQ"
    if isinstance(body, str):
        body = json.dumps(said).encode()
    before = snapshot()

    answer = call(client, top_up, body=body)

    assert answer.status_code == 401
    assert snapshot() == before


def test_call_with_another_amount_is_refused(client):
    top_up = start(make_user(), "100", clock.now())
    body = adapters.write_callback(RailAnswer(top_up.uid, "SB1", "paid", yuan("1000")))
    before = snapshot()

    answer = call(client, top_up, body=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "callback_contradicts")
    assert snapshot() == before


def test_door_is_for_posts_only(client):
    assert client.get(PATH).status_code == 405
