import uuid

import pytest

from foundation import clock
from tests.factories.merchants import make_user
from tests.factories.wallet import api_client, snapshot, yuan
from wallet.funding import actions
from wallet.funding.adapters import RailAnswer

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "5f6d0f8e-0c0f-4f5e-8c39-0f2a6d2f5b11"}
HUNDRED = {"amount": {"amount_minor": 10_000, "currency": "CNY"}}


def test_top_up_is_started_and_watched_until_it_is_final():
    user = make_user()
    client = api_client(user)

    started = client.post("/api/v1/top-ups/", HUNDRED, headers=KEY)

    assert started.status_code == 202
    body = started.json()
    assert (body["status"], body["final"]) == ("started", False)
    uid = uuid.UUID(body["uid"])
    answer = RailAnswer(uid, "SB1", "paid", yuan("100"))
    actions.apply_answer(answer=answer, at=clock.now(), source="callback")
    seen = client.get(f"/api/v1/top-ups/{uid}/").json()
    assert (seen["status"], seen["final"]) == ("confirmed", True)
    assert client.get("/api/v1/accounts/").json()["results"][0]["available_minor"] == 10_000


def test_same_key_is_the_same_top_up():
    client = api_client(make_user())

    first = client.post("/api/v1/top-ups/", HUNDRED, headers=KEY)
    second = client.post("/api/v1/top-ups/", HUNDRED, headers=KEY)

    assert second.json() == first.json()


@pytest.mark.parametrize(
    ("amount", "status", "code"),
    [
        ({"amount_minor": 99, "currency": "CNY"}, 422, "top_up_too_small"),
        ({"amount_minor": 5_000_001, "currency": "CNY"}, 422, "top_up_too_large"),
        ({"amount_minor": 10_000, "currency": "USD"}, 422, "top_up_currency"),
        ({"amount_minor": 0, "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": 10.5, "currency": "CNY"}, 400, "invalid"),
        (None, 400, "invalid"),
    ],
)
def test_amount_outside_the_limits_is_refused(amount, status, code):
    client = api_client(make_user())
    before = snapshot()

    answer = client.post("/api/v1/top-ups/", {"amount": amount}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert snapshot() == before


def test_without_a_key_nothing_starts():
    client = api_client(make_user())
    before = snapshot()

    answer = client.post("/api/v1/top-ups/", HUNDRED)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert snapshot() == before


def test_top_up_of_another_is_not_found():
    started = api_client(make_user()).post("/api/v1/top-ups/", HUNDRED, headers=KEY).json()

    answer = api_client(make_user()).get(f"/api/v1/top-ups/{started['uid']}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "top_up_unknown")
