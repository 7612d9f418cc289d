"""The history, one record with its refunds, and its receipt."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.utils import translation

from foundation.web import say
from tests.factories.merchants import make_user
from tests.factories.wallet import (
    NOON,
    in_entry,
    make_member,
    make_payment,
    make_shop,
    refund,
    yuan,
)
from wallet.funding import actions as funding
from wallet.funding.adapters import RailAnswer
from wallet.payments.rules import PaymentUnknown

pytestmark = pytest.mark.django_db


def english(refusal) -> str:
    """Return the refusal's sentence as an English reader sees it."""
    with translation.override("en"):
        return say(refusal)


DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def member(client):
    member = make_member(balance_minor=1_000_000)
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    return member


def pay(member, shop, amount: str, *, days_ago: float = 0, note: str = ""):
    at = NOON - days_ago * DAY
    return make_payment(member=member, payee=shop.payee, amount=yuan(amount), at=at, note=note)


def top_up(member, amount: str, status: str = "paid"):
    opened = in_entry(
        funding.open_top_up, user_id=member.id, user_uid=member.uid, amount=yuan(amount), at=NOON
    )
    if status:
        told = RailAnswer(
            order_uid=opened.uid, reference="B1", status=status, amount=opened.amount, reason=""
        )
        funding.apply_answer(answer=told, at=NOON, source="callback")
    return opened


def titles(response) -> list[str]:
    return re.findall(r'class="item-title">([^<]+)<', response.text)


def test_an_empty_history_says_what_to_do(client, member) -> None:
    page = client.get("/w/history/").text
    assert "Nothing here yet" in page
    assert 'href="/w/topup/"' in page


def test_records_stand_by_day_with_their_direction_in_words(client, member, shop) -> None:
    pay(member, shop, "28.50")
    pay(member, shop, "5", days_ago=1)
    pay(member, shop, "7", days_ago=3)
    top_up(member, "100")
    page = client.get("/w/history/")
    assert re.findall(r"<h2>([^<]+)</h2>", page.text) == [
        "March 2026", "Today", "Yesterday", "Wednesday, 11 March",
    ]  # fmt: skip
    assert len(titles(page)) == 4
    assert "−¥28.50" in page.text
    assert "+¥100.00" in page.text
    assert page.text.count('class="amount-flow">Spent') == 3
    assert page.text.count('class="amount-flow">Received') == 1


def test_the_months_sums(client, member, shop) -> None:
    receipt = pay(member, shop, "28.50")
    pay(member, shop, "10", days_ago=40)
    refund(receipt=receipt, amount=yuan("8.50"))
    top_up(member, "100")
    top_up(member, "100.13", "failed")
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", client.get("/w/history/").text))
    assert facts == {"Spent": "¥28.50", "Refunded": "¥8.50", "Received": "¥100.00"}


def test_money_that_did_not_move_has_no_sign(client, member) -> None:
    top_up(member, "100.13", "failed")
    top_up(member, "50", "")
    page = client.get("/w/history/").text
    assert "amount-flow" not in page
    assert "Failed" in page
    assert "Waiting for your bank" in page


def test_search_month_and_kind_narrow_the_list(client, member, shop) -> None:
    pay(member, shop, "28.50", note="2 碗面")
    refunded = pay(member, make_shop(name="老周修鞋铺"), "20", days_ago=40)
    refund(receipt=refunded, amount=yuan("5"))
    top_up(member, "100")

    def found(**wanted: str) -> list[str]:
        return titles(client.get("/w/history/", wanted))

    assert found(search="碗面") == ["兰姨面馆"]
    assert found(search="修鞋") == ["老周修鞋铺"]
    assert found(search=refunded.reference) == ["老周修鞋铺"]
    assert found(month="2026-02") == ["老周修鞋铺"]
    assert found(kind="refund") == ["老周修鞋铺"]
    assert found(kind="top_up") == ["Top-up"]
    assert found(kind="payment", month="2026-03") == ["兰姨面馆"]
    nothing = client.get("/w/history/", {"search": "没有"})
    assert "No record was found" in nothing.text
    assert "<details open>" in nothing.text


@pytest.mark.parametrize(
    "wanted",
    [
        {"month": "2026-13"},
        {"month": "x"},
        {"kind": "x"},
        {"before": "x"},
        {"search": "a\u202eb"},
        {"search": "x" * 61},
        {"search": "\x00"},
    ],
    ids=str,
)
def test_strange_wishes_are_answered_by_a_page(client, member, wanted) -> None:
    assert client.get("/w/history/", wanted).status_code == 200


def test_pages_go_to_older_and_back(client, member, shop) -> None:
    for number in range(23):
        pay(member, shop, "1", days_ago=number / 24, note=str(number))
    first = client.get("/w/history/", {"kind": "payment"})
    assert len(titles(first)) == 20
    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert "kind=payment" in older
    second = client.get(f"/w/history/{older}")
    assert len(titles(second)) == 3
    assert 'rel="next"' not in second.text
    assert 'rel="prev"' in second.text


def test_a_refund_stands_on_the_record_of_its_payment(client, member, shop) -> None:
    receipt = pay(member, shop, "28.50", days_ago=1, note="2 碗面")
    refund(receipt=receipt, amount=yuan("8.50"), reason="少一碗")
    listed = client.get("/w/history/")
    assert titles(listed) == ["兰姨面馆"]
    assert "¥8.50 refunded" in listed.text

    page = client.get(f"/w/history/{receipt.payment_uid}/").text

    grouped = " ".join(re.findall(".{4}", receipt.reference))
    for text in ("Partly refunded", "¥28.50", "¥20.00", "少一碗", "2 碗面", grouped):
        assert text in page
    order = [page.index(text) for text in ("The shop asked", "You paid", "The shop gave it back")]
    assert order == sorted(order)


def test_a_top_up_has_a_record_too(client, member) -> None:
    done = client.get(f"/w/history/{top_up(member, '100').uid}/").text
    assert "The money arrived" in done
    failed = client.get(f"/w/history/{top_up(member, '100.13', 'failed').uid}/").text
    assert "Your bank said no" in failed
    assert "The money arrived" not in failed


def test_the_receipt_has_the_amount_in_words_of_both_languages(client, member, shop) -> None:
    receipt = pay(member, shop, "28.50")
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        page = client.get(f"/w/history/{receipt.payment_uid}/receipt/").text
        assert "贰拾捌元伍角" in page
        assert "twenty-eight yuan" in page
        assert " ".join(re.findall(".{4}", receipt.reference)) in page
        assert "data-print" in page


def test_another_members_record_is_not_found(client, member, shop) -> None:
    uids = [pay(member, shop, "28.50").payment_uid, top_up(member, "100").uid, uuid.uuid4()]
    client.force_login(make_user())
    for uid in uids:
        for path in (f"/w/history/{uid}/", f"/w/history/{uid}/receipt/"):
            page = client.get(path)
            assert page.status_code == 404
            assert english(PaymentUnknown()) in page.text
    assert titles(client.get("/w/history/")) == []


def test_queries_of_the_history(client, member, shop, django_assert_num_queries) -> None:
    for number in range(5):
        pay(member, shop, "1", days_ago=number)
    refund(receipt=pay(member, shop, "2"), amount=yuan("1"))
    uid = pay(member, shop, "3").payment_uid
    # Session, user; payments, refunds, top-ups; the month's three sums.
    with django_assert_num_queries(8):
        client.get("/w/history/")
    with django_assert_num_queries(4):  # session, user, payment, its legs
        client.get(f"/w/history/{uid}/")
