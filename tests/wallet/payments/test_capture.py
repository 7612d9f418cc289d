import datetime as dt
import re

import pytest

from foundation.outbox.models import OutboxEvent
from tests.factories.wallet import (
    books_balance,
    fund,
    in_entry,
    make_member,
    make_payment,
    make_request,
    make_shop,
    pay_request,
    snapshot,
    together,
    yuan,
)
from wallet.ledger import queries as accounts
from wallet.ledger.models import LedgerEntry, LedgerJournal
from wallet.ledger.rules import InsufficientFunds
from wallet.payments import actions, queries, rules
from wallet.payments.models import Payment, PaymentLeg, PaymentMove
from wallet.payments.rules import FundingLeg

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)


def balance_of(account_id: int) -> int:
    return accounts.balance(account_id=account_id).posted_minor


def test_payment_moves_the_money_and_says_so(at):
    shop = make_shop(name="老王面馆")
    member = make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("28.50"), note="2 号桌")

    receipt = pay_request(request=request, member=member, at=at)

    assert member.balance_minor == 7_150
    assert balance_of(shop.payee.account_id) == 2_850
    assert receipt.amount == yuan("28.50")
    assert (receipt.payee_name, receipt.payee_number) == ("老王面馆", shop.store.number)
    assert (receipt.note, receipt.captured_at, receipt.status) == ("2 号桌", at, "captured")
    assert (receipt.refunded, receipt.refundable) == (yuan("0"), yuan("28.50"))
    assert [(line.role, line.amount) for line in receipt.funding] == [("member", yuan("28.50"))]
    assert re.fullmatch("20260314[0-9]{12}", receipt.reference)
    assert rules.is_reference(receipt.reference)
    assert queries.get_receipt(uid=receipt.payment_uid, user=member) == receipt
    assert books_balance()


def test_payment_writes_one_balanced_journal_under_its_own_uid(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)

    receipt = make_payment(member=member, payee=shop.payee, amount=yuan("28.50"))

    journal = LedgerJournal.objects.get(uid=receipt.payment_uid)
    assert (journal.kind, journal.reference, journal.posted_at) == (
        "payment", receipt.reference, at,
    )  # fmt: skip
    entries = LedgerEntry.objects.filter(journal=journal).order_by("leg_no")
    assert list(entries.values_list("account_id", "amount_minor")) == [
        (member.account_id, -2_850),
        (shop.payee.account_id, 2_850),
    ]


def test_request_becomes_paid_and_both_histories_are_written(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("1"))
    later = at + dt.timedelta(seconds=20)

    receipt = pay_request(request=request, member=member, at=later)

    status = queries.request_status(uid=request.uid, at=later)
    assert (status.status, status.payment_uid, status.final) == (
        "paid", receipt.payment_uid, True,
    )  # fmt: skip
    found = queries.find_request(uid=request.uid)
    assert (found.payer_id, found.ended_at) == (member.id, later)
    moves = PaymentMove.objects.order_by("id").values_list(
        "subject", "from_status", "to_status", "actor_id", "at"
    )
    assert list(moves) == [
        ("request", "", "open", None, at),
        ("request", "open", "paid", member.id, later),
        ("payment", "", "captured", member.id, later),
    ]


def test_payment_publishes_its_fact_in_the_same_transaction(at):
    shop, member = make_shop(name="老王面馆"), make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))

    receipt = pay_request(request=request, member=member, at=at)

    event = OutboxEvent.objects.get(kind="payments.captured")
    assert event.key == str(receipt.payment_uid)
    assert event.body == {
        "uid": str(receipt.payment_uid),
        "reference": receipt.reference,
        "request_uid": str(request.uid),
        "scene": "dynamic",
        "payer_id": member.id,
        "store_uid": str(shop.payee.store_uid),
        "merchant_uid": str(shop.payee.merchant_uid),
        "payee_name": "老王面馆",
        "amount_minor": 2_850,
        "currency": "CNY",
        "captured_at": "2026-03-14T04:00:00+00:00",
    }


def test_several_accounts_pay_one_payment(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    sponsor = make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("10"))

    receipt = pay_request(
        request=request,
        member=member,
        legs=[
            FundingLeg(member.account_id, 700),
            FundingLeg(sponsor.account_id, 300, "sponsor"),
        ],
    )

    assert [(line.role, line.amount) for line in receipt.funding] == [
        ("member", yuan("7")), ("sponsor", yuan("3")),
    ]  # fmt: skip
    assert (member.balance_minor, sponsor.balance_minor) == (9_300, 9_700)
    assert balance_of(shop.payee.account_id) == 1_000
    legs = PaymentLeg.objects.order_by("id").values_list("account_id", "role", "amount_minor")
    assert list(legs) == [
        (member.account_id, "member", 700), (sponsor.account_id, "sponsor", 300),
    ]  # fmt: skip
    assert Payment.objects.get().payer_account_id == member.account_id


@pytest.mark.parametrize("amounts", [[], [999], [1_001], [1_000, 0], [1_100, -100]])
def test_legs_that_do_not_add_up_are_a_defect(amounts):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("10"))
    before = snapshot()

    with pytest.raises(ValueError, match=r"add up|pays something"):
        in_entry(
            actions.capture,
            request=request,
            payer=member,
            legs=[FundingLeg(member.account_id, amount) for amount in amounts],
            at=request.created_at,
        )

    assert snapshot() == before


def test_more_than_the_balance_is_declined_and_nothing_moves():
    shop, member = make_shop(), make_member(balance_minor=2_849)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    before = snapshot()

    with pytest.raises(InsufficientFunds) as refused:
        pay_request(request=request, member=member)

    assert refused.value.sticks
    assert snapshot() == before


def test_whole_balance_can_be_paid():
    shop, member = make_shop(), make_member(balance_minor=2_850)

    make_payment(member=member, payee=shop.payee, amount=yuan("28.50"))

    assert member.balance_minor == 0


def test_own_shop_is_refused():
    shop = make_shop()
    fund(user=shop.owner, amount=yuan("100"))
    request = make_request(payee=shop.payee, amount=yuan("1"))
    before = snapshot()

    with pytest.raises(rules.OwnShop) as refused:
        pay_request(request=request, member=make_owner(shop))

    assert (refused.value.code, refused.value.sticks) == ("own_shop", True)
    assert snapshot() == before


def make_owner(shop):
    from tests.factories.wallet import Member

    return Member(shop.owner, fund(user=shop.owner, amount=yuan("0")))


def test_paid_request_is_refused_for_the_payer_and_for_others():
    shop, member, other = make_shop(), make_member(balance_minor=1_000), make_member()
    request = make_request(payee=shop.payee, amount=yuan("1"))
    pay_request(request=request, member=member)
    before = snapshot()

    with pytest.raises(rules.RequestAlreadyPaid):
        pay_request(request=request, member=member)
    # Bound to its payer now: to others it is not there.
    with pytest.raises(rules.RequestUnknown):
        pay_request(request=request, member=other)

    assert snapshot() == before


def test_stale_request_cannot_be_captured_twice():
    shop, member = make_shop(), make_member(balance_minor=1_000)
    request = make_request(payee=shop.payee, amount=yuan("1"))
    pay_request(request=request, member=member)
    before = snapshot()

    with pytest.raises(rules.RequestAlreadyPaid):
        in_entry(
            actions.capture,
            request=request,
            payer=member,
            legs=[FundingLeg(member.account_id, 100)],
            at=request.created_at,
        )

    assert snapshot() == before


def test_expired_request_moves_nothing():
    shop, member = make_shop(), make_member(balance_minor=1_000)
    request = make_request(payee=shop.payee, amount=yuan("1"))
    before = snapshot()

    with pytest.raises(rules.RequestExpired):
        pay_request(request=request, member=member, at=request.expires_at)

    assert snapshot() == before


def test_taken_reference_is_not_drawn_again(at, monkeypatch):
    shop, member = make_shop(), make_member(balance_minor=1_000)
    first = make_payment(member=member, payee=shop.payee, amount=yuan("1"))
    drawn = iter([first.reference, "20260314000000000017"])
    monkeypatch.setattr(rules, "new_reference", lambda *, day: next(drawn))

    second = make_payment(member=member, payee=shop.payee, amount=yuan("1"))

    assert second.reference == "20260314000000000017"


@committed
def test_sixteen_threads_spend_one_balance_exactly_once_over():
    shop = make_shop()
    member = make_member(balance_minor=1_000)
    requests = [make_request(payee=shop.payee, amount=yuan("1.50")) for _ in range(16)]

    results = together(16, lambda n: pay_request(request=requests[n], member=member))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InsufficientFunds"] * 10 + ["Receipt"] * 6
    assert member.balance_minor == 100
    assert balance_of(shop.payee.account_id) == 900
    assert Payment.objects.count() == 6
    assert OutboxEvent.objects.filter(kind="payments.captured").count() == 6
    assert books_balance()


@committed
def test_sixteen_members_pay_one_request_once():
    shop = make_shop()
    members = [make_member(balance_minor=1_000) for _ in range(16)]
    request = make_request(payee=shop.payee, amount=yuan("10"))

    results = together(16, lambda n: pay_request(request=request, member=members[n]))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["NotYourRequest"] * 15 + ["Receipt"]
    assert balance_of(shop.payee.account_id) == 1_000
    assert sum(member.balance_minor for member in members) == 15_000
    assert books_balance()
