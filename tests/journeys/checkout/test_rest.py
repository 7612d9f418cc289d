import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.money import Money
from members.security import actions as security
from tests.factories.wallet import (
    api_client,
    in_entry,
    make_member,
    make_request,
    make_shop,
    snapshot,
    yuan,
)
from wallet.payments.models import PayCode, Payment, PaymentRequest
from wallet.payments.rules import emv, merchant_payload, new_pay_code

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

KEY = {"Idempotency-Key": "5f6d0f8e-0c0f-4f5e-8c39-0f2a6d2f5b11"}
PIN = "864209"


def open_request(shop, text="28.50", **more):
    return make_request(payee=shop.payee, amount=yuan(text), at=clock.now(), **more)


def pay(member, uid, body=None, headers=KEY):
    return api_client(member.user).post(
        f"/api/v1/payment-requests/{uid}/payment/", body or {}, headers=headers
    )


def test_request_is_paid_and_the_receipt_says_so():
    shop, member = make_shop(name="老王面馆"), make_member(balance_minor=10_000)
    request = open_request(shop)

    answer = pay(member, request.uid)

    assert answer.status_code == 201
    body = answer.json()
    payment = Payment.objects.get()
    captured_at = body.pop("captured_at")
    assert captured_at.endswith("+08:00")
    assert body == {
        "uid": str(payment.uid),
        "reference": payment.reference,
        "request_uid": str(request.uid),
        "scene": "dynamic",
        "payee": {
            "store_uid": str(shop.store.uid),
            "name": "老王面馆",
            "number": shop.store.number,
        },
        "amount": {"amount_minor": 2850, "currency": "CNY", "exponent": 2},
        "note": "",
        "status": "captured",
        "refunded": {"amount_minor": 0, "currency": "CNY", "exponent": 2},
        "funding": [
            {
                "role": "member",
                "amount": {"amount_minor": 2850, "currency": "CNY", "exponent": 2},
                "refunded": {"amount_minor": 0, "currency": "CNY", "exponent": 2},
            }
        ],
    }
    assert member.balance_minor == 7_150


def test_same_key_answers_the_same():
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = open_request(shop)

    first, second = pay(member, request.uid), pay(member, request.uid)

    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert member.balance_minor == 7_150


def test_pin_is_asked_for_and_taken():
    shop, member = make_shop(), make_member(balance_minor=50_000)
    in_entry(security.set_pin, user_id=member.id, pin=PIN, phone=member.user.phone, at=clock.now())
    request = open_request(shop, "300")

    asked = pay(member, request.uid)
    paid = pay(member, request.uid, {"pin": PIN})

    assert (asked.status_code, asked.json()["code"]) == (403, "pin_required")
    assert asked.json()["errors"] == {"pin": [asked.json()["detail"]]}
    assert paid.status_code == 201


def test_refusal_is_a_problem_detail_in_the_language_asked_for():
    shop, member = make_shop(), make_member(balance_minor=100)
    request = open_request(shop)
    before = snapshot()

    answer = pay(member, request.uid, headers={**KEY, "Accept-Language": "en"})

    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "https://tongbao.example/problems/insufficient-funds",
        "title": "Insufficient funds",
        "status": 409,
        "code": "insufficient_funds",
        "detail": ("There is not enough money for this. Please top up or choose a smaller amount."),
    }
    assert snapshot() == before
    assert pay(member, request.uid, headers={**KEY, "Accept-Language": "en"}).json() == (
        answer.json()
    )


@pytest.mark.parametrize("key", [None, "", "short", "x" * 101, "mit leerzeichen"])
def test_without_a_key_nothing_is_paid(key):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = open_request(shop)
    before = snapshot()

    headers = {} if key is None else {"Idempotency-Key": key}
    answer = pay(member, request.uid, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert snapshot() == before


def test_replayed_key_with_another_request_is_refused():
    shop, member = make_shop(), make_member(balance_minor=10_000)
    pay(member, open_request(shop).uid)
    other = open_request(shop)
    before = snapshot()

    answer = pay(member, other.uid)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert snapshot() == before


def test_keys_of_two_members_do_not_meet():
    shop = make_shop()
    first, second = make_member(balance_minor=10_000), make_member(balance_minor=10_000)

    assert pay(first, open_request(shop).uid).status_code == 201
    assert pay(second, open_request(shop).uid).status_code == 201


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"pin": NaN}', b'{"pin": ["1"]}', b"\xff"])
def test_body_that_is_none_is_refused(body):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = open_request(shop)
    before = snapshot()

    answer = api_client(member.user).generic(
        "POST",
        f"/api/v1/payment-requests/{request.uid}/payment/",
        body,
        content_type="application/json",
        headers=KEY,
    )

    assert answer.status_code == 400
    assert snapshot() == before


def test_request_of_nobody_or_of_another_is_not_found():
    shop, member, other = make_shop(), make_member(balance_minor=10_000), make_member()
    bound = open_request(shop, scene="static", payer=other)

    for uid in (uuid.uuid4(), bound.uid):
        answer = pay(member, uid, headers={"Idempotency-Key": uuid.uuid4().hex})
        assert (answer.status_code, answer.json()["code"]) == (404, "request_unknown")
        look = api_client(member.user).get(f"/api/v1/payment-requests/{uid}/")
        assert (look.status_code, look.json()["code"]) == (404, "request_unknown")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/v1/payment-requests/{uid}/payment/"),
        ("post", "/api/v1/payment-requests/{uid}/cancellation/"),
        ("get", "/api/v1/payment-requests/{uid}/"),
        ("post", "/api/v1/static-requests/"),
        ("post", "/api/v1/pay-codes/"),
        ("post", "/api/v1/scans/"),
        ("get", "/api/v1/payments/"),
        ("get", "/api/v1/payments/{uid}/"),
        ("get", "/api/v1/accounts/"),
        ("get", "/api/v1/accounts/1/entries/"),
        ("post", "/api/v1/top-ups/"),
        ("get", "/api/v1/top-ups/{uid}/"),
    ],
)
def test_without_signing_in_nothing_opens(client, method, path):
    answer = getattr(client, method)(
        path.format(uid=uuid.uuid4()), content_type="application/json", headers=KEY
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_static_request_is_opened_and_paid():
    shop, member = make_shop(name="老王面馆"), make_member(balance_minor=10_000)
    client = api_client(member.user)

    opened = client.post(
        "/api/v1/static-requests/",
        {
            "store_number": shop.store.number,
            "amount": {"amount_minor": 1250, "currency": "CNY"},
            "note": "午饭",
        },
    )

    assert opened.status_code == 201
    body = opened.json()
    assert (body["status"], body["scene"], body["note"]) == ("open", "static", "午饭")
    assert body["payee"]["name"] == "老王面馆"
    assert pay(member, body["uid"]).status_code == 201
    look = client.get(f"/api/v1/payment-requests/{body['uid']}/").json()
    assert look["status"] == "paid"
    assert look["payment_uid"] == str(Payment.objects.get().uid)


@pytest.mark.parametrize(
    ("amount", "status", "code"),
    [
        ({"amount_minor": 0, "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": -5, "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": 1.005, "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": 2**63, "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": "１２", "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": "NaN", "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": None, "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": [], "currency": "CNY"}, 400, "invalid"),
        ({"amount_minor": 10**11, "currency": "CNY"}, 422, "amount_too_large"),
        ({"amount_minor": 100, "currency": "USD"}, 422, "wrong_currency"),
        ({"amount_minor": 100, "currency": "XXQ"}, 400, "invalid"),
        ({"amount_minor": 100}, 400, "invalid"),
        ("100", 400, "invalid"),
        (None, 400, "invalid"),
    ],
)
def test_amount_that_is_none_opens_nothing(amount, status, code):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    before = snapshot()

    answer = api_client(member.user).post(
        "/api/v1/static-requests/", {"store_number": shop.store.number, "amount": amount}
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert snapshot() == before


@pytest.mark.parametrize("number", ["", "1", "0000000000", "1234567890", "x" * 21, "1\u0000"])
def test_store_that_is_none_is_refused(number):
    member = make_member(balance_minor=10_000)
    before = snapshot()

    answer = api_client(member.user).post(
        "/api/v1/static-requests/",
        {"store_number": number, "amount": {"amount_minor": 100, "currency": "CNY"}},
    )

    assert answer.status_code in (400, 404, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert snapshot() == before


def scan(member, text):
    return api_client(member.user).post("/api/v1/scans/", {"text": text})


def test_scan_of_each_of_our_codes_is_understood():
    shop, member = make_shop(name="老王面馆"), make_member()
    payee = {
        "store_uid": str(shop.store.uid), "name": "老王面馆", "number": shop.store.number,
    }  # fmt: skip
    uid = uuid.uuid4()
    static = merchant_payload(store_number=shop.store.number, name="老王面馆")
    fixed = merchant_payload(store_number=shop.store.number, name="x", amount=yuan("12.50"))
    dynamic = merchant_payload(store_number=shop.store.number, name="x", request_uid=uid)

    for text in (shop.store.number, f" {shop.store.number[:4]} {shop.store.number[4:]}", static):
        assert scan(member, text).json() == {"request_uid": None, "payee": payee, "amount": None}
    assert scan(member, fixed).json()["amount"]["amount_minor"] == 1250
    for text in (dynamic, f"http://127.0.0.1:8000/w/pay/{uid}/"):
        assert scan(member, text).json() == {"request_uid": str(uid), "payee": None, "amount": None}


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (lambda payload: "", 400, "invalid"),
        (lambda payload: "   ", 422, "scan_missing"),
        (lambda payload: payload[:-1] + ("0" if payload[-1] != "0" else "1"), 422, "qr_crc_wrong"),
        (lambda payload: payload[:-20], 422, None),
        (lambda payload: "0002" + payload, 422, None),
        (lambda payload: "https://evil.example/w/pay/1/", 422, "scan_foreign_link"),
        (lambda payload: "hello", 422, "scan_unknown"),
        (lambda payload: "1234567890", 422, "store_number_wrong"),
        (lambda payload: "１２３４５６７８９０", 422, "scan_unknown"),
        (lambda payload: "0" * 3000, 400, "invalid"),
        (lambda payload: new_pay_code(), 422, "scan_is_pay_code"),
        (lambda payload: emv.encode(foreign()), 422, "qr_foreign"),
    ],
)
def test_scan_of_what_is_not_ours_says_what_it_is(spoil, status, code):
    shop, member = make_shop(), make_member()
    payload = merchant_payload(store_number=shop.store.number, name="Noodles")
    before = snapshot()

    answer = scan(member, spoil(payload))

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    if code:
        assert answer.json()["code"] == code
    assert snapshot() == before


def foreign():
    return emv.EmvPayload(
        accounts={"29": {"00": "A000000677010111", "01": "0066801234567"}},
        currency="THB",
        country="TH",
        category="0000",
        name="Other",
        city="Bangkok",
    )


def test_own_shop_is_refused():
    shop = make_shop()
    before = snapshot()

    answer = api_client(shop.owner).post(
        "/api/v1/static-requests/",
        {
            "store_number": shop.store.number,
            "amount": {"amount_minor": 100, "currency": "CNY"},
        },
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "own_shop")
    assert snapshot() == before


def test_pay_code_is_drawn_and_bounded():
    member = make_member()
    client = api_client(member.user)

    drawn = client.post("/api/v1/pay-codes/")

    assert drawn.status_code == 201
    assert drawn.json()["refresh_seconds"] == 60
    assert len(drawn.json()["code"]) == 18
    for _ in range(19):
        assert client.post("/api/v1/pay-codes/").status_code == 201
    refused = client.post("/api/v1/pay-codes/")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_pay_codes")
    assert PayCode.objects.count() == 20


def test_scanned_pay_code_is_declined_by_its_member():
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = open_request(shop, scene="pay_code", payer=member)
    path = f"/api/v1/payment-requests/{request.uid}/cancellation/"
    client = api_client(member.user)

    assert api_client(make_member().user).post(path).status_code == 404
    assert client.post(path).status_code == 204
    assert client.post(path).json()["code"] == "request_not_open"
    assert PaymentRequest.objects.get().status == "cancelled"


@committed
def test_whole_payment_over_http_takes_eleven_statements():
    shop, member = make_shop(), make_member(balance_minor=10_000)
    client = api_client(member.user)
    request = open_request(shop)
    path = f"/api/v1/payment-requests/{request.uid}/payment/"

    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, {}, headers=KEY)

    assert answer.status_code == 201
    statements = [query["sql"] for query in captured if query["sql"] not in ("BEGIN", "COMMIT")]
    # Signing in takes three (the session, twice, and the person), the payment eight.
    assert len(statements) == 11, "\n".join(sql[:100] for sql in statements)


def test_schema_of_the_api_has_no_warnings(client):
    schema = client.get("/api/v1/schema/", headers={"Accept": "application/json"})

    assert schema.status_code == 200
    paths = json.loads(schema.content)["paths"]
    pay_path = paths["/api/v1/payment-requests/{uid}/payment/"]["post"]
    assert any(p["name"] == "Idempotency-Key" and p["required"] for p in pay_path["parameters"])


def test_foreign_request_is_refused_by_name():
    abroad = make_shop(currency="JPY")
    member = make_member(balance_minor=10_000)
    request = make_request(payee=abroad.payee, amount=Money(100, "JPY"), at=clock.now())
    before = snapshot()

    answer = pay(member, request.uid)

    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_currency")
    assert snapshot() == before
