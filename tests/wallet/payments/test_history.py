import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.wallet import (
    in_entry,
    make_member,
    make_payment,
    make_request,
    make_shop,
    refund,
    yuan,
)
from wallet.funding import actions as funding
from wallet.funding.adapters import RailAnswer
from wallet.payments import queries, rules

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

HOUR = dt.timedelta(hours=1)


def top_up(member, text, at, *, status="paid"):
    opened = in_entry(
        funding.open_top_up, user_id=member.id, user_uid=member.uid, amount=yuan(text), at=at
    )
    if status:
        answer = RailAnswer(opened.uid, "SB1", status, yuan(text))
        funding.apply_answer(answer=answer, at=at + 2 * dt.timedelta(seconds=1), source="answer")
    return opened


@pytest.fixture
def town(at):
    """A member's two months: three payments, one with a refund, and two top-ups."""
    noodles, fruit = make_shop(name="兰姨面馆"), make_shop(name="阿福水果")
    member = make_member(balance_minor=100_000)
    february = dt.datetime(2026, 2, 27, 4, 0, tzinfo=dt.UTC)
    first = make_payment(member=member, payee=noodles.payee, amount=yuan("20"), at=february)
    top_up(member, "300", at)
    second = make_payment(
        member=member, payee=noodles.payee, amount=yuan("28.50"), at=at + HOUR, note="生日面"
    )
    third = make_payment(member=member, payee=fruit.payee, amount=yuan("64"), at=at + 2 * HOUR)
    refund(receipt=third, amount=yuan("14"), at=at + 3 * HOUR, reason="坏了两个")
    pending = top_up(member, "50", at + 4 * HOUR, status="")
    return member, first, second, third, pending


def titles(page):
    return [(record.kind, record.title, record.amount.amount_minor) for record in page.records]


def test_newest_first_with_refunds_on_their_payment(town, at):
    member, first, _second, third, pending = town

    page = queries.list_records(user=member)

    assert titles(page) == [
        ("top_up", "sandbox", 5_000),
        ("payment", "阿福水果", 6_400),
        ("payment", "兰姨面馆", 2_850),
        ("top_up", "sandbox", 30_000),
        ("payment", "兰姨面馆", 2_000),
    ]
    assert page.next_uid is None
    assert page.records[0].uid == pending.uid
    assert (page.records[0].status, page.records[0].incoming) == ("started", True)
    fruit = page.records[1]
    assert (fruit.uid, fruit.status, fruit.refunded) == (
        third.payment_uid, "partly_refunded", yuan("14"),
    )  # fmt: skip
    assert [(line.amount, line.reason, line.refunded_at) for line in fruit.refunds] == [
        (yuan("14"), "坏了两个", at + 3 * HOUR)
    ]
    assert page.records[4].uid == first.payment_uid


def test_pages_follow_each_other_without_gap_or_double(town):
    member = town[0]
    whole = [record.uid for record in queries.list_records(user=member).records]

    seen, before = [], None
    for _ in range(5):
        page = queries.list_records(user=member, before_uid=before, limit=1)
        seen += [record.uid for record in page.records]
        before = page.next_uid

    assert seen == whole
    assert before is None


def test_records_of_one_instant_are_paged_too(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    for _ in range(5):
        make_payment(member=member, payee=shop.payee, amount=yuan("1"), at=at)

    seen, before = [], None
    for _ in range(5):
        page = queries.list_records(user=member, before_uid=before, limit=1)
        seen += [record.uid for record in page.records]
        before = page.next_uid

    assert len(set(seen)) == 5


def test_month_is_a_month_in_shanghai():
    shop, member = make_shop(), make_member(balance_minor=10_000)
    last = dt.datetime(2026, 2, 28, 15, 59, 59, tzinfo=dt.UTC)
    first = dt.datetime(2026, 2, 28, 16, 0, 0, tzinfo=dt.UTC)
    make_payment(member=member, payee=shop.payee, amount=yuan("1"), at=last)
    make_payment(member=member, payee=shop.payee, amount=yuan("2"), at=first)

    february = queries.list_records(user=member, month=(2026, 2))
    march = queries.list_records(user=member, month=(2026, 3))

    assert [record.amount for record in february.records] == [yuan("1")]
    assert [record.amount for record in march.records] == [yuan("2")]


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        ("", [5_000, 6_400, 2_850, 30_000, 2_000]),
        ("payment", [6_400, 2_850, 2_000]),
        ("refund", [6_400]),
        ("top_up", [5_000, 30_000]),
    ],
)
def test_kind(town, kind, amounts):
    page = queries.list_records(user=town[0], kind=kind)

    assert [record.amount.amount_minor for record in page.records] == amounts


def test_search_finds_payee_note_and_reference(town):
    member, first, second, third, pending = town

    def found(text):
        return [record.uid for record in queries.list_records(user=member, search=text).records]

    assert found("兰姨") == [second.payment_uid, first.payment_uid]
    assert found("生日") == [second.payment_uid]
    assert found(rules.group_reference(third.reference)) == [third.payment_uid]
    assert found(third.reference[8:16]) == [third.payment_uid]
    assert found(pending.reference) == [pending.uid]
    assert found("100%") == []
    assert found("_") == []


@committed
def test_search_and_month_and_kind_narrow_together(town):
    page = queries.list_records(user=town[0], search="兰姨", month=(2026, 3), kind="payment")

    assert titles(page) == [("payment", "兰姨面馆", 2_850)]


def test_month_totals(town):
    totals = queries.month_totals(user=town[0], year=2026, month=3)

    assert (totals.spent, totals.refunded, totals.received) == (
        yuan("92.50"), yuan("14"), yuan("300"),
    )  # fmt: skip
    assert totals.payment_count == 2
    february = queries.month_totals(user=town[0], year=2026, month=2)
    assert (february.spent, february.refunded, february.received) == (
        yuan("20"), yuan("0"), yuan("0"),
    )  # fmt: skip


def test_nobody_sees_the_history_of_another(town):
    other = make_member()
    _member, _first, second, _third, pending = town

    assert queries.list_records(user=other).records == ()
    assert queries.list_records(user=other, before_uid=second.payment_uid).records == ()
    assert queries.month_totals(user=other, year=2026, month=3).spent == yuan("0")
    for uid in (second.payment_uid, pending.uid, uuid.uuid4()):
        with pytest.raises(rules.PaymentUnknown):
            queries.get_record(uid=uid, user=other)
    with pytest.raises(rules.PaymentUnknown):
        queries.get_receipt(uid=second.payment_uid, user=other)


def test_top_up_has_a_timeline(town, at):
    member = town[0]
    uid = queries.list_records(user=member, kind="top_up").records[1].uid

    detail = queries.get_record(uid=uid, user=member)

    assert detail.receipt is None
    assert [(step.kind, step.at) for step in detail.timeline] == [
        ("top_up_started", at),
        ("top_up_confirmed", at + dt.timedelta(seconds=2)),
    ]


def test_store_sees_its_payments_and_no_others(town, at):
    _member, first, second, third, _pending = town
    store = second.store_uid

    rows = queries.list_for_store(store_uid=store)

    assert [row.payment_uid for row in rows] == [second.payment_uid, first.payment_uid]
    assert queries.list_for_store(store_uid=store, before_uid=second.payment_uid)[0] == rows[1]
    assert queries.list_for_store(store_uid=store, start=at)[0].payment_uid == second.payment_uid
    assert queries.list_for_store(store_uid=store, search="28.50") == [rows[0]]
    assert queries.list_for_store(store_uid=store, search="兰姨") == []
    detail = queries.get_store_record(uid=second.payment_uid, store_uids=[store])
    assert [step.kind for step in detail.timeline] == ["opened", "paid"]
    with pytest.raises(rules.PaymentUnknown):
        queries.get_store_record(uid=third.payment_uid, store_uids=[store])


def test_last_payees_come_once_each(town):
    names = [name for name, _number in queries.list_payees(user=town[0])]

    assert names == ["阿福水果", "兰姨面馆"]


def count_queries(work):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def test_query_counts_do_not_grow_with_the_rows(at):
    shop, member = make_shop(), make_member(balance_minor=1_000_000)
    receipts = [
        make_payment(member=member, payee=shop.payee, amount=yuan("2"), at=at + n * HOUR)
        for n in range(12)
    ]
    for receipt in receipts[:6]:
        refund(receipt=receipt, amount=yuan("1"), at=at + 20 * HOUR)
    top_up(member, "9", at)
    last = receipts[-1].payment_uid
    paid, store = receipts[0].payment_uid, shop.payee.store_uid

    counts = {
        "list_records": count_queries(lambda: queries.list_records(user=member)),
        "list_records, next page": count_queries(
            lambda: queries.list_records(user=member, before_uid=last)
        ),
        "month_totals": count_queries(
            lambda: queries.month_totals(user=member, year=2026, month=3)
        ),
        "get_record": count_queries(lambda: queries.get_record(uid=paid, user=member)),
        "get_receipt": count_queries(lambda: queries.get_receipt(uid=paid, user=member)),
        "list_payments": count_queries(lambda: queries.list_payments(user=member)),
        "list_for_store": count_queries(lambda: queries.list_for_store(store_uid=store)),
        "request_status": count_queries(
            lambda: queries.request_status(uid=receipts[0].request_uid, at=at)
        ),
    }

    assert counts == {
        "list_records": 3,
        "list_records, next page": 4,
        "month_totals": 3,
        "get_record": 3,
        "get_receipt": 2,
        "list_payments": 1,
        "list_for_store": 1,
        "request_status": 1,
    }


def test_history_of_five_thousand_records_reads_an_index_range(at):
    shop, member = make_shop(name="兰姨面馆"), make_member(balance_minor=10_000)
    make_payment(member=member, payee=shop.payee, amount=yuan("1"), at=at)
    copy_payments(times=5_000)

    started = dt.datetime.now(dt.UTC)
    page = queries.list_records(user=member, search="兰姨", month=None)
    totals = queries.month_totals(user=member, year=2026, month=3)
    took = dt.datetime.now(dt.UTC) - started

    assert len(page.records) == 20
    assert totals.payment_count > 500
    assert took < dt.timedelta(milliseconds=500)
    with connection.cursor() as cursor:
        cursor.execute("analyze wallet_payment")
        cursor.execute(
            "explain select * from wallet_payment where payer_id = %s"
            " order by captured_at desc, uid desc limit 21",
            [member.id],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "payment_by_payer" in plan


def copy_payments(*, times: int) -> None:
    """Copy the only payment many times, an hour apart: what the ledger says is not asked here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into wallet_paymentrequest (uid, scene, payee_account_id, payee_uid,"
            " payee_merchant_uid, payee_name, payee_number, payee_owner_ids, amount_minor,"
            " currency, note, status, payer_id, created_at, expires_at, ended_at)"
            " select gen_random_uuid(), scene, payee_account_id, payee_uid, payee_merchant_uid,"
            " payee_name, payee_number, payee_owner_ids, amount_minor, currency, note, status,"
            " payer_id, created_at, expires_at, ended_at"
            " from wallet_paymentrequest, generate_series(1, %s)",
            [times],
        )
        cursor.execute(
            "insert into wallet_payment (uid, reference, request_id, payer_id, payer_account_id,"
            " payee_account_id, payee_uid, payee_merchant_uid, payee_name, payee_number,"
            " amount_minor, currency, note, captured_at)"
            " select gen_random_uuid(), lpad(r.id::text, 20, '0'), r.id, p.payer_id,"
            " p.payer_account_id, p.payee_account_id, p.payee_uid, p.payee_merchant_uid,"
            " p.payee_name, p.payee_number, p.amount_minor, p.currency, p.note,"
            " p.captured_at - r.id * interval '20 minutes'"
            " from wallet_payment p, wallet_paymentrequest r where r.id <> p.request_id"
        )


def test_request_list_shows_what_a_member_may_pay(at):
    shop, member = make_shop(), make_member()
    request = make_request(payee=shop.payee, amount=yuan("1"))

    assert queries.get_request(uid=request.uid, user=member) == request
