"""Refunds: by the right people, of their own store's payments, never more than there is."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from foundation.errors import Refusal
from foundation.idempotency.rules import KeyReused
from foundation.money import AmountNotPositive, Money
from foundation.outbox import actions as outbox
from journeys.reversal import actions
from merchants.stores.models import StoreDay
from merchants.stores.queries import Worker
from merchants.stores.rules import OnlyManagersRefund
from tests.factories.merchants import (
    make_member,
    make_shop,
    make_staff,
    make_store,
    make_user,
    pay,
)
from wallet.ledger import queries as ledger
from wallet.ledger.rules import MEMBER_CASH
from wallet.payments.models import Payment, Refund
from wallet.payments.rules import (
    PaymentUnknown,
    RefundAboveBalance,
    RefundAboveRemaining,
    RefundNothingLeft,
    WrongCurrency,
)


def cash(member) -> int:
    account = ledger.get_account(code=MEMBER_CASH, owner_uid=member.uid, currency="CNY")
    return ledger.balance(account_id=account.id).available_minor


def takings(shop) -> int:
    return ledger.balance(account_id=shop.merchant.account_id).available_minor


def refund(*, payment_uid, amount_minor: int, at, staff, key: str = "", currency: str = "CNY"):
    return actions.refund(
        client=f"user:{staff.pk}",
        key=key or uuid.uuid4().hex,
        staff=Worker.of(staff),
        payment_uid=payment_uid,
        amount=Money(amount_minor, currency),
        reason="sold out",
        at=at,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "manager"])
def test_part_and_then_the_rest(role: str, at) -> None:
    shop, member = make_shop(), make_member(balance_minor=2850)
    staff = shop.owner if role == "owner" else make_staff(shop=shop, role=role).user
    paid = pay(shop=shop, member=member, amount_minor=2850, at=at)

    part = refund(payment_uid=paid.payment_uid, amount_minor=1000, at=at, staff=staff)
    assert (part.status, part.remaining) == ("partly_refunded", Money(1850, "CNY"))
    assert (cash(member), takings(shop)) == (1000, 1850)
    rest = refund(payment_uid=paid.payment_uid, amount_minor=1850, at=at, staff=staff)
    assert (rest.status, rest.refunded_total) == ("refunded", Money(2850, "CNY"))
    assert (cash(member), takings(shop)) == (2850, 0)
    assert set(Refund.objects.values_list("actor_id", "reason")) == {(staff.pk, "sold out")}


@pytest.mark.django_db
def test_a_cashier_is_refused_and_nothing_moves(at) -> None:
    shop, member = make_shop(), make_member()
    cashier = make_staff(shop=shop)
    paid = pay(shop=shop, member=member, amount_minor=2850, at=at)

    with pytest.raises(OnlyManagersRefund) as refused:
        refund(payment_uid=paid.payment_uid, amount_minor=1, at=at, staff=cashier.user)
    assert refused.value.status == 403
    assert takings(shop) == 2850


@pytest.mark.django_db
def test_a_role_counts_at_its_own_store_only(at) -> None:
    shop, other = make_shop(), make_shop(name="别家")
    person = make_staff(shop=other, role="manager").user
    make_staff(shop=shop, role="cashier", user=person)
    paid = pay(shop=shop, member=make_member(), amount_minor=2850, at=at)

    with pytest.raises(OnlyManagersRefund):
        refund(payment_uid=paid.payment_uid, amount_minor=1, at=at, staff=person)


@pytest.mark.django_db
def test_strangers_and_colleagues_of_another_store_find_nothing(at) -> None:
    shop = make_shop()
    make_store(merchant=shop.merchant)
    paid = pay(shop=shop, member=make_member(), amount_minor=2850, at=at)

    for stranger in (make_user(), make_shop(name="别家").owner):
        with pytest.raises(PaymentUnknown):
            refund(payment_uid=paid.payment_uid, amount_minor=1, at=at, staff=stranger)
    with pytest.raises(PaymentUnknown):
        refund(payment_uid=uuid.uuid4(), amount_minor=1, at=at, staff=shop.owner)
    assert takings(shop) == 2850


@pytest.mark.django_db
def test_never_more_than_is_left(at) -> None:
    shop, member = make_shop(), make_member()
    paid = pay(shop=shop, member=member, amount_minor=2850, at=at)
    pay(shop=shop, member=member, amount_minor=9000, at=at)
    refund(payment_uid=paid.payment_uid, amount_minor=2000, at=at, staff=shop.owner)

    with pytest.raises(RefundAboveRemaining) as refused:
        refund(payment_uid=paid.payment_uid, amount_minor=851, at=at, staff=shop.owner)
    assert refused.value.fields == {"remaining": Money(850, "CNY")}
    refund(payment_uid=paid.payment_uid, amount_minor=850, at=at, staff=shop.owner)
    with pytest.raises(RefundNothingLeft):
        refund(payment_uid=paid.payment_uid, amount_minor=1, at=at, staff=shop.owner)
    assert takings(shop) == 9000


@pytest.mark.django_db
def test_never_more_than_the_shop_has(at) -> None:
    shop, first, second = make_shop(), make_member(), make_member()
    one = pay(shop=shop, member=first, amount_minor=2000, at=at)
    two = pay(shop=shop, member=second, amount_minor=1000, at=at)
    # What was paid out, or given back for another payment, is not there any more.
    refund(payment_uid=one.payment_uid, amount_minor=1500, at=at, staff=shop.owner)
    spend(shop, 1000, at)

    with pytest.raises(RefundAboveBalance) as refused:
        refund(payment_uid=two.payment_uid, amount_minor=501, at=at, staff=shop.owner)
    assert refused.value.fields == {"available": Money(500, "CNY")}
    assert (cash(second), takings(shop)) == (99_000, 500)
    assert Payment.objects.get(uid=two.payment_uid).refunded_minor == 0


def spend(shop, amount_minor: int, at) -> None:
    from foundation.db import entry
    from wallet.ledger import actions
    from wallet.ledger.rules import SUSPENSE, Journal, Leg

    @entry
    def post() -> None:
        suspense = actions.open_account(code=SUSPENSE, owner_uid=None, currency="CNY")
        legs = (Leg(shop.merchant.account_id, -amount_minor), Leg(suspense.id, amount_minor))
        actions.post(
            journals=[Journal(uuid.uuid4(), kind="pay_out", reference="test", legs=legs, at=at)]
        )

    post()


@pytest.mark.django_db
def test_another_currency_and_no_amount_are_refused(at) -> None:
    shop = make_shop()
    paid = pay(shop=shop, member=make_member(), amount_minor=2850, at=at)

    with pytest.raises(WrongCurrency):
        refund(
            payment_uid=paid.payment_uid, amount_minor=1, at=at, staff=shop.owner, currency="USD"
        )
    for amount_minor in (0, -1):
        with pytest.raises(AmountNotPositive):
            refund(payment_uid=paid.payment_uid, amount_minor=amount_minor, at=at, staff=shop.owner)
    assert takings(shop) == 2850


@pytest.mark.django_db
def test_the_same_key_refunds_once(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=2850)
    paid = pay(shop=shop, member=member, amount_minor=2850, at=at)
    ask = {"payment_uid": paid.payment_uid, "at": at, "staff": shop.owner, "key": "key-12345678"}

    first = refund(amount_minor=1000, **ask)

    assert refund(amount_minor=1000, **ask) == first
    with pytest.raises(KeyReused):
        refund(amount_minor=1001, **ask)
    assert cash(member) == 1000


@pytest.mark.django_db
def test_the_day_knows_it_once(at) -> None:
    shop = make_shop()
    paid = pay(shop=shop, member=make_member(), amount_minor=2850, at=at)
    refund(payment_uid=paid.payment_uid, amount_minor=850, at=at, staff=shop.owner)

    outbox.drain()
    outbox.drain()

    day = StoreDay.objects.get()
    assert (day.captured_minor, day.captured_count) == (2850, 1)
    assert (day.refunded_minor, day.refunded_count) == (850, 1)


@pytest.mark.django_db(transaction=True)
def test_sixteen_refunds_at_once_never_exceed_the_payment(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=100_000)
    paid = pay(shop=shop, member=member, amount_minor=2850, at=at)
    pay(shop=shop, member=member, amount_minor=90_000, at=at)

    def give_back(_: int) -> str:
        try:
            return refund(
                payment_uid=paid.payment_uid, amount_minor=700, at=at, staff=shop.owner
            ).status
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(give_back, range(16)))

    assert sorted(answers) == ["partly_refunded"] * 4 + ["refund_above_remaining"] * 12
    assert Payment.objects.get(uid=paid.payment_uid).refunded_minor == 2800
    assert (cash(member), takings(shop)) == (9950, 90_050)


@pytest.mark.django_db(transaction=True)
def test_sixteen_refunds_at_once_never_exceed_the_balance(at) -> None:
    shop = make_shop()
    members = [make_member(balance_minor=1000) for _ in range(16)]
    paid = [pay(shop=shop, member=member, amount_minor=1000, at=at) for member in members]
    spend(shop, 11_000, at)

    def give_back(receipt) -> str:
        try:
            return refund(
                payment_uid=receipt.payment_uid, amount_minor=1000, at=at, staff=shop.owner
            ).status
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(give_back, paid))

    assert sorted(answers) == ["refund_above_balance"] * 11 + ["refunded"] * 5
    assert takings(shop) == 0
    assert sum(cash(member) for member in members) == 5000


@pytest.mark.django_db(transaction=True)
def test_the_same_key_eight_times_at_once(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=2850)
    paid = pay(shop=shop, member=member, amount_minor=2850, at=at)

    def give_back(_: int) -> str:
        try:
            refund(
                payment_uid=paid.payment_uid,
                amount_minor=500,
                at=at,
                staff=shop.owner,
                key="key-12345678",
            )
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(give_back, range(8)))

    assert "done" in answers
    assert answers <= {"done", "idempotency_still_running"}
    assert cash(member) == 500
