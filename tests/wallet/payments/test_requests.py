import datetime as dt
import uuid

import pytest

from foundation.money import AmountNotPositive, AmountTooLarge, Money
from foundation.text import TextNotReadable, TextTooLong
from tests.factories.wallet import (
    in_entry,
    make_member,
    make_request,
    make_shop,
    pay_request,
    snapshot,
    together,
    yuan,
)
from wallet.payments import actions, queries, rules
from wallet.payments.models import PaymentMove

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)


def lock(request, member, at):
    return in_entry(actions.lock_request, uid=request.uid, payer=member, at=at)


def test_open_request_says_whom_and_how_much(at):
    shop = make_shop(name="老王面馆")
    clerk = make_member()

    request = make_request(
        payee=shop.payee, amount=yuan("28.50"), note=" 2 号桌 ", created_by=clerk
    )

    found = queries.find_request(uid=request.uid)
    assert found == request
    assert (found.payee.name, found.payee.number) == ("老王面馆", shop.store.number)
    assert (found.amount, found.note, found.status) == (yuan("28.50"), "2 号桌", "open")
    assert found.expires_at == at + dt.timedelta(minutes=15)
    assert found.payee.owner_user_ids == (shop.owner.pk,)
    moves = PaymentMove.objects.values_list("from_status", "to_status", "actor_id", "at")
    assert list(moves) == [("", "open", clerk.id, at)]


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (Money(0, "CNY"), AmountNotPositive),
        (Money(-100, "CNY"), AmountNotPositive),
        (Money(10**10 + 1, "CNY"), AmountTooLarge),
        (Money(100, "USD"), rules.WrongCurrency),
    ],
)
def test_amount_that_cannot_be_asked_for_is_refused(amount, refusal):
    shop = make_shop()
    before = snapshot()

    with pytest.raises(refusal):
        make_request(payee=shop.payee, amount=amount)

    assert snapshot() == before


@pytest.mark.parametrize(
    ("note", "refusal"),
    [("字" * 81, TextTooLong), ("a\x00b", TextNotReadable), ("a\u202eb", TextNotReadable)],
)
def test_note_that_cannot_be_shown_is_refused(note, refusal):
    shop = make_shop()
    before = snapshot()

    with pytest.raises(refusal) as refused:
        make_request(payee=shop.payee, amount=yuan("1"), note=note)

    assert refused.value.field == "note"
    assert snapshot() == before


def test_static_request_names_its_payer():
    shop = make_shop()

    with pytest.raises(ValueError, match="names its payer"):
        make_request(payee=shop.payee, amount=yuan("1"), scene="static")


def test_owner_cannot_open_a_request_at_the_own_shop():
    shop = make_shop()
    before = snapshot()

    with pytest.raises(rules.OwnShop):
        make_request(payee=shop.payee, amount=yuan("1"), scene="static", payer=shop.owner)

    assert snapshot() == before


def test_unknown_request_is_not_found(at):
    member = make_member()

    with pytest.raises(rules.RequestUnknown):
        in_entry(actions.lock_request, uid=uuid.uuid4(), payer=member, at=at)


def test_request_bound_to_another_member_looks_like_none(at):
    shop, mine, other = make_shop(), make_member(), make_member()
    request = make_request(payee=shop.payee, amount=yuan("1"), scene="static", payer=mine)

    with pytest.raises(rules.RequestUnknown) as refused:
        lock(request, other, at)

    assert (refused.value.code, refused.value.status) == ("request_unknown", 404)
    with pytest.raises(rules.RequestUnknown):
        queries.get_request(uid=request.uid, user=other)
    assert queries.get_request(uid=request.uid, user=mine).uid == request.uid
    assert lock(request, mine, at).id == request.id


def test_request_is_payable_until_its_last_second(at):
    shop, member = make_shop(), make_member()
    request = make_request(payee=shop.payee, amount=yuan("1"))
    last = request.expires_at - dt.timedelta(microseconds=1)

    assert lock(request, member, last).id == request.id
    with pytest.raises(rules.RequestExpired) as refused:
        lock(request, member, request.expires_at)

    assert refused.value.fields == {"expired_at": request.expires_at}
    assert queries.request_status(uid=request.uid, at=last).status == "open"
    status = queries.request_status(uid=request.uid, at=request.expires_at)
    assert (status.status, status.final) == ("expired", True)


def test_sweep_expires_what_is_due_and_nothing_else(at):
    shop, member = make_shop(), make_member(balance_minor=1_000)
    due = [make_request(payee=shop.payee, amount=yuan("1")) for _ in range(3)]
    later = make_request(payee=shop.payee, amount=yuan("1"), minutes=16)
    paid = make_request(payee=shop.payee, amount=yuan("1"))
    pay_request(request=paid, member=member)
    then = at + dt.timedelta(minutes=15)

    assert actions.expire_requests(at=then, limit=2) == 2
    assert actions.expire_requests(at=then, limit=2) == 1
    assert actions.expire_requests(at=then) == 0

    assert {queries.find_request(uid=request.uid).status for request in due} == {"expired"}
    assert queries.find_request(uid=later.uid).status == "open"
    assert queries.find_request(uid=paid.uid).status == "paid"
    expired = PaymentMove.objects.filter(to_status="expired")
    assert list(expired.values_list("from_status", "actor_id", "at")) == [("open", None, then)] * 3


def test_store_takes_its_request_back(at):
    shop, clerk, member = make_shop(), make_member(), make_member()
    request = make_request(payee=shop.payee, amount=yuan("1"))

    in_entry(
        actions.cancel_request,
        uid=request.uid,
        actor=clerk,
        at=at,
        store_uid=shop.payee.store_uid,
    )

    assert queries.request_status(uid=request.uid, at=at).status == "cancelled"
    with pytest.raises(rules.RequestCancelled):
        lock(request, member, at)
    move = PaymentMove.objects.get(to_status="cancelled")
    assert (move.from_status, move.actor_id, move.at) == ("open", clerk.id, at)


def test_another_store_cannot_take_it_back(at):
    shop, other = make_shop(), make_shop()
    request = make_request(payee=shop.payee, amount=yuan("1"))
    before = snapshot()

    with pytest.raises(rules.RequestUnknown):
        in_entry(
            actions.cancel_request,
            uid=request.uid,
            actor=other.owner,
            at=at,
            store_uid=other.payee.store_uid,
        )

    assert snapshot() == before


def test_member_declines_only_what_waits_for_this_member(at):
    shop, member, other = make_shop(), make_member(), make_member()
    bound = make_request(payee=shop.payee, amount=yuan("1"), scene="pay_code", payer=member)
    loose = make_request(payee=shop.payee, amount=yuan("1"))

    for request, actor in ((bound, other), (loose, member)):
        with pytest.raises(rules.RequestUnknown):
            in_entry(actions.cancel_request, uid=request.uid, actor=actor, at=at)
    in_entry(actions.cancel_request, uid=bound.uid, actor=member, at=at)

    assert queries.find_request(uid=bound.uid).status == "cancelled"


@pytest.mark.parametrize("ending", ["paid", "cancelled", "expired", "late"])
def test_request_that_is_over_cannot_be_taken_back(at, ending):
    shop, member = make_shop(), make_member(balance_minor=100)
    request = make_request(payee=shop.payee, amount=yuan("1"))
    then = request.expires_at if ending in ("expired", "late") else at
    cancel = {
        "uid": request.uid,
        "actor": shop.owner,
        "at": then,
        "store_uid": shop.payee.store_uid,
    }
    if ending == "paid":
        pay_request(request=request, member=member)
    elif ending == "cancelled":
        in_entry(actions.cancel_request, **cancel)
    elif ending == "expired":
        actions.expire_requests(at=then)
    before = snapshot()

    with pytest.raises(rules.RequestNotOpen):
        in_entry(actions.cancel_request, **cancel)

    assert snapshot() == before


def test_scanned_pay_code_waits_for_its_member_alone(at):
    shop, member, other = make_shop(), make_member(), make_member()
    make_request(payee=shop.payee, amount=yuan("1"), scene="static", payer=member)
    assert queries.find_waiting(user=member, at=at) is None

    request = make_request(payee=shop.payee, amount=yuan("9"), scene="pay_code", payer=member)

    assert queries.find_waiting(user=member, at=at).uid == request.uid
    assert queries.find_waiting(user=other, at=at) is None
    assert queries.find_waiting(user=member, at=request.expires_at) is None


@committed
def test_payment_and_cancellation_together_end_in_one_of_the_two(at):
    shop = make_shop()
    for _ in range(8):
        member = make_member(balance_minor=100)
        request = make_request(payee=shop.payee, amount=yuan("1"))

        def work(number, request=request, member=member):
            if number == 0:
                return pay_request(request=request, member=member)
            return in_entry(
                actions.cancel_request,
                uid=request.uid,
                actor=shop.owner,
                at=at,
                store_uid=shop.payee.store_uid,
            )

        paid, cancelled = together(2, work)

        status = queries.find_request(uid=request.uid).status
        if status == "paid":
            assert isinstance(cancelled, rules.RequestNotOpen)
            assert member.balance_minor == 0
        else:
            assert status == "cancelled"
            assert isinstance(paid, rules.RequestCancelled)
            assert member.balance_minor == 100
