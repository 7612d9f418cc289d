import datetime as dt
import uuid

import pytest

from tests.factories.wallet import (
    api_client,
    make_member,
    make_payment,
    make_shop,
    refund,
    yuan,
)

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def paid(at):
    shop, member = make_shop(name="老王面馆"), make_member(balance_minor=10_000)
    receipts = [
        make_payment(member=member, payee=shop.payee, amount=yuan("2"), at=at + n * HOUR)
        for n in range(5)
    ]
    return shop, member, receipts


def test_payments_come_in_pages_newest_first(paid):
    _shop, member, receipts = paid
    client = api_client(member.user)

    seen, path = [], "/api/v1/payments/?limit=2"
    for _ in range(5):
        page = client.get(path).json()
        seen += [row["uid"] for row in page["results"]]
        if page["next_cursor"] is None:
            break
        path = f"/api/v1/payments/?limit=2&cursor={page['next_cursor']}"

    assert seen == [str(receipt.payment_uid) for receipt in reversed(receipts)]


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=1", "limit=0", "limit=101", "limit=-1", "limit=x", "limit=１"]
)
def test_cursor_or_limit_that_is_none_is_refused(paid, query):
    answer = api_client(paid[1].user).get(f"/api/v1/payments/?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_cursor_of_a_stranger_is_an_empty_page(paid):
    other = make_member()

    page = api_client(other.user).get(f"/api/v1/payments/?cursor={paid[2][0].payment_uid}")

    assert page.json() == {"results": [], "next_cursor": None}


def test_payment_shows_its_refund_on_the_same_record(paid, at):
    _shop, member, receipts = paid
    refund(receipt=receipts[0], amount=yuan("0.50"), at=at + HOUR, reason="少了一个蛋")

    body = api_client(member.user).get(f"/api/v1/payments/{receipts[0].payment_uid}/").json()

    assert (body["status"], body["refunded"]["amount_minor"]) == ("partly_refunded", 50)
    assert body["funding"][0]["refunded"]["amount_minor"] == 50
    assert [(s["kind"], s["amount"]["amount_minor"], s["note"]) for s in body["timeline"]] == [
        ("opened", 200, ""), ("paid", 200, ""), ("refunded", 50, "少了一个蛋"),
    ]  # fmt: skip


def test_payment_of_another_is_not_found(paid):
    other = make_member()

    for uid in (paid[2][0].payment_uid, uuid.uuid4()):
        answer = api_client(other.user).get(f"/api/v1/payments/{uid}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "payment_unknown")


def test_accounts_show_the_balance(paid):
    _shop, member, _receipts = paid

    body = api_client(member.user).get("/api/v1/accounts/").json()

    assert body == {
        "results": [
            {
                "id": member.account_id,
                "code": "member.cash",
                "currency": "CNY",
                "posted_minor": 9_000,
                "held_minor": 0,
                "available_minor": 9_000,
                "version": 6,
            }
        ]
    }


def test_entries_are_paged_by_version_without_gaps(paid):
    _shop, member, receipts = paid
    client = api_client(member.user)
    path = f"/api/v1/accounts/{member.account_id}/entries/?limit=2"

    versions, balances, cursor = [], [], ""
    for _ in range(4):
        page = client.get(path + cursor).json()
        versions += [row["version"] for row in page["results"]]
        balances += [row["balance_minor"] for row in page["results"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert versions == [6, 5, 4, 3, 2, 1]
    assert balances == [9_000, 9_200, 9_400, 9_600, 9_800, 10_000]
    first = client.get(path).json()["results"][0]
    assert (first["amount_minor"], first["kind"]) == (-200, "payment")
    assert first["journal_uid"] == str(receipts[-1].payment_uid)
    assert first["reference"] == receipts[-1].reference


def test_entries_of_another_or_of_nobody_are_not_found(paid):
    shop, member, _receipts = paid
    other = make_member()

    for account_id in (member.account_id, shop.payee.account_id, 10**9, 2**70):
        answer = api_client(other.user).get(f"/api/v1/accounts/{account_id}/entries/")
        assert (answer.status_code, answer.json()["code"]) == (404, "account_unknown")


def test_entries_cursor_that_is_none_is_refused(paid):
    member = paid[1]

    answer = api_client(member.user).get(f"/api/v1/accounts/{member.account_id}/entries/?cursor=-1")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
