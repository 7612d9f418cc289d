"""The counter for merchants' own systems."""

import uuid

import pytest
from rest_framework.test import APIClient

from foundation import clock
from tests.factories.merchants import (
    draw_pay_code,
    make_member,
    make_shop,
    make_user,
    pay,
)
from wallet.payments.models import Payment, PaymentRequest

pytestmark = pytest.mark.django_db

AMOUNT = {"amount_minor": 2850, "currency": "CNY"}


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def api(shop) -> APIClient:
    client = APIClient()
    client.force_authenticate(shop.owner)
    return client


def url(shop, rest: str) -> str:
    return f"/api/v1/stores/{shop.store.uid}/{rest}"


def send(api, path: str, body: object, key: str | None = None):
    headers = {} if key == "" else {"Idempotency-Key": key or uuid.uuid4().hex}
    return api.post(path, body, format="json", headers=headers)


def test_a_request_is_opened_looked_at_and_cancelled(api, shop) -> None:
    opened = send(api, url(shop, "payment-requests/"), {"amount": AMOUNT, "note": "2 碗"})

    assert opened.status_code == 201
    body = opened.json()
    assert body["amount"] == {**AMOUNT, "exponent": 2}
    assert (body["status"], body["scene"], body["payment_uid"]) == ("open", "dynamic", None)
    assert body["emv_payload"].startswith("000201010212")
    one = url(shop, f"payment-requests/{body['uid']}/")
    assert api.get(one).json() == body
    assert api.post(f"{one}cancellation/").json()["status"] == "cancelled"
    again = api.post(f"{one}cancellation/")
    assert (again.status_code, again.json()["code"]) == (409, "request_not_open")
    assert again["Content-Type"] == "application/problem+json"


def test_the_same_key_opens_one_request(api, shop) -> None:
    path, body = url(shop, "payment-requests/"), {"amount": AMOUNT}

    first = send(api, path, body, "key-12345678").json()

    assert send(api, path, body, "key-12345678").json() == first
    other = send(api, path, {"amount": {**AMOUNT, "amount_minor": 1}}, "key-12345678")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert PaymentRequest.objects.count() == 1


@pytest.mark.parametrize("path", ["payment-requests/", "pay-code-charges/"])
def test_a_key_is_required(api, shop, path: str) -> None:
    response = send(api, url(shop, path), {"amount": AMOUNT, "code": "2"}, "")

    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ({"amount_minor": 0, "currency": "CNY"}, 400),
        ({"amount_minor": -1, "currency": "CNY"}, 400),
        ({"amount_minor": 1.5, "currency": "CNY"}, 400),
        ({"amount_minor": "NaN", "currency": "CNY"}, 400),
        ({"amount_minor": 2**63, "currency": "CNY"}, 400),
        ({"amount_minor": 10**10 + 1, "currency": "CNY"}, 422),
        ({"amount_minor": 1, "currency": "XXX"}, 400),
        ({"amount_minor": 1, "currency": "USD"}, 422),
        ({"amount_minor": 1}, 400),
        ({}, 400),
        (None, 400),
        (5, 400),
    ],
)
def test_a_bad_amount_opens_nothing(api, shop, amount, status: int) -> None:
    response = send(api, url(shop, "payment-requests/"), {"amount": amount})

    assert response.status_code == status, response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert not PaymentRequest.objects.exists()


@pytest.mark.parametrize("raw", ['{"amount": 1e400}', '{"amount": NaN}', "[", '"x"', "\xff"])
def test_what_is_no_json_object_opens_nothing(api, shop, raw: str) -> None:
    response = api.post(
        url(shop, "payment-requests/"),
        raw.encode("latin-1"),
        content_type="application/json",
        headers={"Idempotency-Key": "key-12345678"},
    )

    assert response.status_code == 400
    assert not PaymentRequest.objects.exists()


def test_a_pay_code_is_charged_or_waits(api, shop) -> None:
    member = make_member()
    path = url(shop, "pay-code-charges/")

    code = draw_pay_code(member=member, at=clock.now()).code
    paid = send(api, path, {"amount": AMOUNT, "code": code})
    assert (paid.status_code, paid.json()["status"]) == (201, "paid")
    assert paid.json()["payment_uid"] == str(Payment.objects.get().uid)
    used = send(api, path, {"amount": AMOUNT, "code": code})
    assert (used.status_code, used.json()["code"]) == (409, "pay_code_used")
    code = draw_pay_code(member=member, at=clock.now()).code
    waits = send(api, path, {"amount": {**AMOUNT, "amount_minor": 20_001}, "code": code})
    assert (waits.status_code, waits.json()["status"]) == (202, "open")
    assert Payment.objects.count() == 1


def test_payments_come_in_pages(api, shop, at) -> None:
    member = make_member()
    for number in range(5):
        pay(shop=shop, member=member, amount_minor=100 + number, at=at)
    path = url(shop, "payments/")

    first = api.get(path, {"limit": 3}).json()
    second = api.get(path, {"limit": 3, "cursor": first["next_cursor"]}).json()

    seen = [p["amount"]["amount_minor"] for p in first["results"] + second["results"]]
    assert seen == [104, 103, 102, 101, 100]
    assert second["next_cursor"] is None
    assert first["results"][0]["refunded"]["amount_minor"] == 0
    for query in ({"limit": 51}, {"limit": 0}, {"limit": "x"}, {"cursor": "7"}):
        assert api.get(path, query).status_code == 400


def test_the_list_of_payments_has_pinned_queries(api, shop, at, django_assert_num_queries) -> None:
    member = make_member()
    for _ in range(4):
        pay(shop=shop, member=member, amount_minor=100, at=at)

    with django_assert_num_queries(2):
        api.get(url(shop, "payments/"))


def test_stores_are_the_persons_own(api, shop) -> None:
    make_shop(name="别家")

    (store,) = api.get("/api/v1/stores/").json()["results"]

    assert store["uid"] == str(shop.store.uid)
    assert (store["number"], store["role"]) == (shop.store.number, "owner")


def test_strangers_find_nothing(api, shop) -> None:
    request_uid = send(api, url(shop, "payment-requests/"), {"amount": AMOUNT}).json()["uid"]
    other = make_shop(name="别家")
    for stranger in (other.owner, make_user()):
        api.force_authenticate(stranger)
        asks = [
            send(api, url(shop, "payment-requests/"), {"amount": AMOUNT}),
            send(api, url(shop, "pay-code-charges/"), {"amount": AMOUNT, "code": "2"}),
            api.get(url(shop, "payments/")),
            api.get(url(shop, f"payment-requests/{request_uid}/")),
            api.post(url(shop, f"payment-requests/{request_uid}/cancellation/")),
        ]
        assert [response.status_code for response in asks] == [404] * 5
    api.force_authenticate(other.owner)
    mine = url(other, f"payment-requests/{request_uid}/")
    assert api.get(mine).status_code == 404
    assert api.post(f"{mine}cancellation/").status_code == 404
    assert PaymentRequest.objects.get().status == "open"


def test_without_signing_in_there_is_nothing(shop) -> None:
    api = APIClient()

    for path in ("/api/v1/stores/", url(shop, "payments/")):
        response = api.get(path)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "X-Session-Token")
