import datetime as dt
import json
import uuid
from pathlib import Path

import pytest

from foundation.money import AmountNotPositive, Money
from foundation.outbox.models import OutboxEvent
from tests.factories.wallet import (
    books_balance,
    in_entry,
    make_member,
    make_payment,
    make_request,
    make_shop,
    pay_request,
    refund,
    snapshot,
    together,
    yuan,
)
from wallet.ledger import queries as accounts
from wallet.ledger.models import LedgerEntry, LedgerJournal
from wallet.payments import queries, rules
from wallet.payments.models import Payment, PaymentLeg, PaymentMove, Refund
from wallet.payments.rules import FundingLeg
from wallet.risk import actions as risk
from wallet.risk import queries as limits

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

CASES = json.loads((Path(__file__).parents[2] / "cases" / "money_rules.json").read_text())


def balance_of(account_id: int) -> int:
    return accounts.balance(account_id=account_id).available_minor


def paid(text: str = "100"):
    shop, member = make_shop(), make_member(balance_minor=100_000)
    return shop, member, make_payment(member=member, payee=shop.payee, amount=yuan(text))


def test_part_comes_back_and_stands_on_the_same_record(at):
    shop, member, receipt = paid("100")
    later = at + dt.timedelta(hours=1)

    given = refund(receipt=receipt, amount=yuan("30"), at=later, reason="少了一碗")

    assert (given.amount, given.remaining, given.status) == (
        yuan("30"), yuan("70"), "partly_refunded",
    )  # fmt: skip
    assert (given.refunded_total, given.to_member) == (yuan("30"), yuan("30"))
    assert member.balance_minor == 93_000
    assert balance_of(shop.payee.account_id) == 7_000
    record = queries.get_record(uid=receipt.payment_uid, user=member)
    assert (record.record.status, record.record.refunded) == ("partly_refunded", yuan("30"))
    assert [(line.amount, line.reason) for line in record.record.refunds] == [
        (yuan("30"), "少了一碗")
    ]
    assert [(step.kind, step.at, step.amount) for step in record.timeline] == [
        ("opened", at, yuan("100")),
        ("paid", at, yuan("100")),
        ("refunded", later, yuan("30")),
    ]
    assert books_balance()


def test_rest_comes_back_and_then_nothing_is_left():
    shop, member, receipt = paid("100")
    refund(receipt=receipt, amount=yuan("30"))

    given = refund(receipt=receipt, amount=yuan("70"))

    assert (given.status, given.remaining) == ("refunded", yuan("0"))
    assert (member.balance_minor, balance_of(shop.payee.account_id)) == (100_000, 0)
    assert list(
        PaymentMove.objects.filter(subject="payment")
        .order_by("id")
        .values_list("from_status", "to_status")
    ) == [("", "captured"), ("captured", "partly_refunded"), ("partly_refunded", "refunded")]
    before = snapshot()
    with pytest.raises(rules.RefundNothingLeft):
        refund(receipt=receipt, amount=yuan("0.01"))
    assert snapshot() == before


def test_more_than_is_left_is_refused_with_what_is_left():
    _shop, _member, receipt = paid("100")
    refund(receipt=receipt, amount=yuan("30"))
    before = snapshot()

    with pytest.raises(rules.RefundAboveRemaining) as refused:
        refund(receipt=receipt, amount=yuan("70.01"))

    assert refused.value.fields == {"remaining": yuan("70")}
    assert (refused.value.field, refused.value.sticks) == ("amount", True)
    assert snapshot() == before


def test_refund_is_held_to_the_balance_of_the_store():
    shop, member, receipt = paid("100")
    other = make_payment(member=member, payee=shop.payee, amount=yuan("5"))
    # The store has paid almost everything back on the first payment: five yuan are there.
    refund(receipt=receipt, amount=yuan("100"))
    spend_all(shop, leave_minor=200)
    before = snapshot()

    with pytest.raises(rules.RefundAboveBalance) as refused:
        refund(receipt=other, amount=yuan("3"))

    assert refused.value.fields == {"available": yuan("2")}
    assert refused.value.sticks
    assert snapshot() == before
    refund(receipt=other, amount=yuan("2"))
    assert balance_of(shop.payee.account_id) == 0


def spend_all(shop, *, leave_minor: int) -> None:
    """Pay the store's balance out, as a settlement will."""
    from wallet.ledger import actions as ledger
    from wallet.ledger.rules import RAIL_CLEARING, Journal, Leg

    def pay_out() -> None:
        clearing = ledger.open_account(
            code=RAIL_CLEARING, owner_uid=uuid.UUID(int=1), currency="CNY", floor_minor=None
        )
        account_id = shop.payee.account_id
        amount_minor = balance_of(account_id) - leave_minor
        legs = (Leg(account_id, -amount_minor), Leg(clearing.id, amount_minor))
        journal = Journal(uid=uuid.uuid4(), kind="pay_out", reference="test", legs=legs, at=None)
        ledger.post(journals=[journal])

    in_entry(pay_out)


@pytest.mark.parametrize("amount", [Money(0, "CNY"), Money(-1, "CNY")])
def test_nothing_or_less_is_refused(amount):
    _shop, _member, receipt = paid()
    before = snapshot()

    with pytest.raises(AmountNotPositive):
        refund(receipt=receipt, amount=amount)

    assert snapshot() == before


def test_another_currency_is_refused():
    _shop, _member, receipt = paid()
    before = snapshot()

    with pytest.raises(rules.WrongCurrency):
        refund(receipt=receipt, amount=Money(100, "USD"))

    assert snapshot() == before


def test_payment_of_another_store_is_not_there():
    _shop, _member, receipt = paid()
    other = make_shop()
    before = snapshot()

    with pytest.raises(rules.PaymentUnknown) as refused:
        refund(receipt=receipt, amount=yuan("1"), store_uids=[other.payee.store_uid])

    assert refused.value.status == 404
    assert snapshot() == before


def test_own_store_may_refund():
    shop, _member, receipt = paid()

    given = refund(receipt=receipt, amount=yuan("1"), store_uids=[shop.payee.store_uid])

    assert given.refunded_total == yuan("1")


def test_refund_publishes_its_fact(at):
    shop, member, receipt = paid("100")
    refund(receipt=receipt, amount=yuan("30"))

    given = refund(receipt=receipt, amount=yuan("20"), at=at + dt.timedelta(hours=1))

    event = OutboxEvent.objects.filter(kind="payments.refunded").order_by("id").last()
    assert event.body == {
        "uid": str(given.refund_uid),
        "payment_uid": str(receipt.payment_uid),
        "payer_id": member.id,
        "store_uid": str(shop.payee.store_uid),
        "merchant_uid": str(shop.payee.merchant_uid),
        "payee_name": shop.payee.name,
        "amount_minor": 2_000,
        "currency": "CNY",
        "refunded_total_minor": 5_000,
        "payment_captured_at": "2026-03-14T04:00:00+00:00",
        "refunded_at": "2026-03-14T05:00:00+00:00",
    }


def test_refund_of_the_same_day_frees_the_limit_of_the_day(at):
    _shop, member, receipt = paid("100")
    in_entry(risk.assess, user_id=member.id, amount=yuan("100"), at=at, challenged=False)

    refund(receipt=receipt, amount=yuan("30"), at=at)
    assert limits.spent_on(user_id=member.id, at=at) == 7_000
    refund(receipt=receipt, amount=yuan("30"), at=at + dt.timedelta(days=1))
    assert limits.spent_on(user_id=member.id, at=at) == 7_000


def test_each_funder_gets_the_cumulative_share(at):
    shop = make_shop()
    member, sponsor = make_member(balance_minor=10_000), make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("10"))
    receipt = pay_request(
        request=request,
        member=member,
        legs=[
            FundingLeg(member.account_id, 700),
            FundingLeg(sponsor.account_id, 300, "sponsor"),
        ],
    )

    given = refund(receipt=receipt, amount=yuan("9"))

    assert given.to_member == yuan("6.30")
    assert (member.balance_minor, sponsor.balance_minor) == (9_930, 9_970)
    refund(receipt=receipt, amount=yuan("1"))
    assert (member.balance_minor, sponsor.balance_minor) == (10_000, 10_000)
    legs = PaymentLeg.objects.order_by("id").values_list("amount_minor", "refunded_minor")
    assert list(legs) == [(700, 700), (300, 300)]


@pytest.mark.parametrize("case", [c for c in CASES["refund"] if "voucher" in c])
def test_shares_of_other_systems(case):
    shop = make_shop()
    member, sponsor = make_member(balance_minor=10_000), make_member(balance_minor=10_000)
    own = case["total"] - case["voucher"]
    receipt = pay_request(
        request=make_request(payee=shop.payee, amount=Money(case["total"], "CNY")),
        member=member,
        legs=[
            FundingLeg(member.account_id, own),
            FundingLeg(sponsor.account_id, case["voucher"], "sponsor"),
        ],
    )

    given = refund(receipt=receipt, amount=Money(case["refund"], "CNY"))

    assert given.to_member.amount_minor == case["to_member"]


def test_many_small_refunds_add_up_exactly():
    shop = make_shop()
    member, sponsor = make_member(balance_minor=1_000), make_member(balance_minor=1_000)
    receipt = pay_request(
        request=make_request(payee=shop.payee, amount=yuan("1")),
        member=member,
        legs=[FundingLeg(member.account_id, 67), FundingLeg(sponsor.account_id, 33, "sponsor")],
    )

    for _ in range(33):
        refund(receipt=receipt, amount=yuan("0.03"))
    refund(receipt=receipt, amount=yuan("0.01"))

    assert (member.balance_minor, sponsor.balance_minor) == (1_000, 1_000)
    assert Payment.objects.get().status == "refunded"
    assert Refund.objects.count() == 34


def test_refund_posts_one_balanced_journal_without_empty_legs(at):
    shop, member, receipt = paid("100")

    given = refund(receipt=receipt, amount=yuan("30"), at=at)

    journal = LedgerJournal.objects.get(uid=given.refund_uid)
    assert (journal.kind, journal.reference) == ("refund", receipt.reference)
    entries = LedgerEntry.objects.filter(journal=journal).order_by("leg_no")
    assert sorted(entries.values_list("account_id", "amount_minor")) == sorted(
        [(shop.payee.account_id, -3_000), (member.account_id, 3_000)]
    )


@committed
def test_sixteen_threads_never_refund_more_than_was_paid():
    shop, member, receipt = paid("100")
    make_payment(member=member, payee=shop.payee, amount=yuan("500"))

    results = together(16, lambda _: refund(receipt=receipt, amount=yuan("15")))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["RefundAboveRemaining"] * 10 + ["RefundReceipt"] * 6
    payment = Payment.objects.get(uid=receipt.payment_uid)
    assert (payment.refunded_minor, payment.status) == (9_000, "partly_refunded")
    assert Refund.objects.count() == 6
    assert member.balance_minor == 100_000 - 60_000 + 9_000
    assert balance_of(shop.payee.account_id) == 51_000
    assert OutboxEvent.objects.filter(kind="payments.refunded").count() == 6
    assert books_balance()


@committed
def test_refunds_of_two_payments_never_take_more_than_the_store_has():
    shop, member, first = paid("100")
    second = make_payment(member=member, payee=shop.payee, amount=yuan("100"))
    spend_all(shop, leave_minor=12_000)

    results = together(8, lambda n: refund(receipt=(first, second)[n % 2], amount=yuan("25")))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["RefundAboveBalance"] * 4 + ["RefundReceipt"] * 4
    assert balance_of(shop.payee.account_id) == 2_000
    assert books_balance()
