"""The refund's three pages, and its endpoint."""

import uuid

import pytest
from rest_framework.test import APIClient

from tests.factories.merchants import make_member, make_shop, make_staff, pay
from wallet.payments.models import Payment, Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(client):
    shop = make_shop()
    client.force_login(shop.owner)
    client.cookies["django_language"] = "en"
    return shop


@pytest.fixture
def paid(shop, at):
    return pay(shop=shop, member=make_member(), amount_minor=2850, at=at)


@pytest.fixture
def page(shop, paid) -> str:
    return f"/m/stores/{shop.store.uid}/payments/{paid.payment_uid}/refund/"


def given(**fields: str) -> dict[str, str]:
    empty = {"extent": "part", "amount": "", "reason": "", "key": uuid.uuid4().hex}
    return empty | fields


def test_a_part_is_asked_checked_and_given_back(client, page, paid) -> None:
    assert "All that is left" in client.get(page).text
    check = client.post(page, given(amount="10", reason="sold out"))
    assert "Check the refund" in check.text
    assert "ten yuan" in check.text
    assert not Refund.objects.exists()

    done = client.post(page, {**check.context["sent"], "confirmed": "1"})

    refund = Refund.objects.get()
    assert done.url == f"{page}{refund.uid}/"
    text = client.get(done.url).text
    assert "¥10.00" in text
    assert "sold out" in text
    assert "¥18.50" in text
    record = client.get(page.removesuffix("refund/")).text
    assert "Partly refunded" in record
    assert "sold out" in record


def test_all_is_what_is_left(client, page) -> None:
    part = client.post(page, given(amount="10"))
    client.post(page, {**part.context["sent"], "confirmed": "1"})

    check = client.post(page, given(extent="full"))
    client.post(page, {**check.context["sent"], "confirmed": "1"})

    assert check.context["sent"]["amount"] == "18.50"
    assert Payment.objects.get().status == "refunded"
    assert "There is nothing left to give back." in client.get(page).text


def test_confirming_twice_gives_back_once(client, page) -> None:
    check = client.post(page, given(extent="full"))
    sent = {**check.context["sent"], "confirmed": "1"}

    assert client.post(page, sent).url == client.post(page, sent).url
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Enter the amount"),
        ("NaN", "Enter the amount with digits"),
        ("1e400", "Enter the amount with digits"),
        ("1.005", "at most 2 digits after the dot"),
        ("１２", "full-width"),
        ("-5", "more than zero"),
        ("0", "more than zero"),
        ("28.51", "Only ¥28.50 of this payment can still be refunded"),
        ("999999999", "too large"),
    ],
)
@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "1"}])
def test_a_bad_amount_gives_nothing_back(client, page, amount, sentence, confirmed) -> None:
    response = client.post(page, given(amount=amount) | confirmed)

    assert response.status_code == 422
    assert sentence in response.text
    assert not Refund.objects.exists()


def test_a_used_page_with_another_amount_asks_to_look_first(client, page) -> None:
    key = uuid.uuid4().hex
    client.post(page, given(amount="1", key=key) | {"confirmed": "1"})

    response = client.post(page, given(amount="2", key=key) | {"confirmed": "1"})

    assert "Look at the last payments first" in response.text
    assert Refund.objects.count() == 1


def test_a_cashier_is_told_whom_to_ask(client, shop, page) -> None:
    client.force_login(make_staff(shop=shop).user)

    for response in (client.get(page), client.post(page, given(extent="full"))):
        assert response.status_code == 403
        assert "Only the owner or a manager can give a refund." in response.text
    assert not Refund.objects.exists()


def test_strangers_find_nothing(client, shop, page, paid) -> None:
    other = make_shop(name="别家")
    client.force_login(other.owner)

    mine = f"/m/stores/{other.store.uid}/payments/{paid.payment_uid}/refund/"
    for path in (page, mine):
        assert client.get(path).status_code == 404
        assert client.post(path, given(extent="full")).status_code == 404
    assert not Refund.objects.exists()


def test_an_unknown_refund_is_not_found(client, page) -> None:
    assert client.get(f"{page}{uuid.uuid4()}/").status_code == 404


# --- the endpoint --------------------------------------------------------------------------------


def send(user, payment_uid, amount_minor: object, *, key: str = "", currency: str = "CNY"):
    api = APIClient()
    api.force_authenticate(user)
    return api.post(
        f"/api/v1/payments/{payment_uid}/refunds/",
        {"amount": {"amount_minor": amount_minor, "currency": currency}, "reason": "售罄"},
        format="json",
        headers={"Idempotency-Key": key or uuid.uuid4().hex},
    )


def test_the_endpoint_gives_back(shop, paid) -> None:
    first = send(shop.owner, paid.payment_uid, 1000, key="key-12345678")

    assert first.status_code == 201
    body = first.json()
    assert body["remaining"] == {"amount_minor": 1850, "currency": "CNY", "exponent": 2}
    assert (body["status"], body["reason"]) == ("partly_refunded", "售罄")
    assert send(shop.owner, paid.payment_uid, 1000, key="key-12345678").json() == body
    assert send(shop.owner, paid.payment_uid, 1850).json()["remaining"]["amount_minor"] == 0
    assert Refund.objects.count() == 2


@pytest.mark.parametrize(
    ("amount_minor", "currency", "status", "code"),
    [
        (2851, "CNY", 409, "refund_above_remaining"),
        (1, "USD", 422, "wrong_currency"),
        (0, "CNY", 400, "invalid"),
        (-1, "CNY", 400, "invalid"),
        ("1.005", "CNY", 400, "invalid"),
        (2**63, "CNY", 400, "invalid"),
    ],
)
def test_the_endpoint_refuses(shop, paid, amount_minor, currency, status, code) -> None:
    response = send(shop.owner, paid.payment_uid, amount_minor, currency=currency)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Refund.objects.exists()


def test_the_endpoint_knows_roles_and_tenants(shop, paid) -> None:
    cashier = make_staff(shop=shop).user
    refused = send(cashier, paid.payment_uid, 1)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_forbids")
    assert send(make_shop(name="别家").owner, paid.payment_uid, 1).status_code == 404
    assert not Refund.objects.exists()
