import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from foundation import clock
from foundation.db import step
from foundation.money import Money, check_amount
from foundation.outbox import actions as outbox
from foundation.text import clean_text
from wallet.ledger import actions as ledger
from wallet.ledger import queries as ledger_queries
from wallet.ledger.rules import InsufficientFunds, Journal, Leg
from wallet.payments import rules
from wallet.payments.events import PaymentRefunded
from wallet.payments.models import Payment, PaymentLeg, PaymentMove, Refund
from wallet.payments.rules import (
    REASON_CHARACTERS,
    Person,
    RefundReceipt,
    refund_uid_of,
)
from wallet.risk import actions as risk

# The gate and the count are one statement: the row is judged after its lock, so refunds that
# come together count one by one and never give back more than was paid.
GIVE_BACK = """
update wallet_payment
set refunded_minor = refunded_minor + %(amount)s,
    status = case when refunded_minor + %(amount)s = amount_minor
             then 'refunded' else 'partly_refunded' end
where uid = %(uid)s and currency = %(currency)s
  and refunded_minor + %(amount)s <= amount_minor
  and (%(stores)s::uuid[] is null or payee_uid = any (%(stores)s::uuid[]))
returning id, uid, reference, payer_id, payee_account_id, payee_uid, payee_merchant_uid,
          payee_name, amount_minor, currency, refunded_minor, status, captured_at
"""


class _Refunded(NamedTuple):
    id: int
    uid: uuid.UUID
    reference: str
    payer_id: int
    payee_account_id: int
    payee_uid: uuid.UUID
    payee_merchant_uid: uuid.UUID
    payee_name: str
    amount_minor: int
    currency: str
    refunded_minor: int
    status: str
    captured_at: dt.datetime


@step
def refund(
    *,
    payment_uid: uuid.UUID,
    amount: Money,
    reason: str,
    actor: Person | None,
    at: dt.datetime,
    store_uids: Collection[uuid.UUID] | None = None,
) -> RefundReceipt:
    """Give back part or all of a payment, each funder its cumulative share.

    The store's balance pays it. `store_uids` limits it to payments of these stores. Publishes
    PaymentRefunded, takes the amount off the day's limit when the payment is of the same day,
    and posts the journal last. Locks: the payment's row, the member's day, the accounts by id.

    :raises rules.PaymentUnknown: no such payment, or of another store
    :raises rules.RefundAboveRemaining: rules.RefundNothingLeft: more than is left of it
    :raises rules.RefundAboveBalance: more than the store's balance
    :raises rules.WrongCurrency: another currency than the payment's
    """
    check_amount(amount_minor=amount.amount_minor, currency=amount.currency)
    reason = clean_text(reason, REASON_CHARACTERS, field="reason")
    stores = None if store_uids is None else list(store_uids)
    payment = _count(payment_uid=payment_uid, amount=amount, stores=stores)
    legs = list(
        PaymentLeg.objects.filter(payment_id=payment.id)
        .order_by("id")
        .values_list("id", "account_id", "amount_minor", "role")
    )
    shares = rules.refund_shares(
        legs=[leg[2] for leg in legs],
        refunded_before_minor=payment.refunded_minor - amount.amount_minor,
        refund_minor=amount.amount_minor,
    )
    to_member_minor = sum(
        share for leg, share in zip(legs, shares, strict=True) if leg[3] == "member"
    )
    receipt = _write(
        payment=payment,
        amount=amount,
        to_member_minor=to_member_minor,
        reason=reason,
        actor_id=actor.id if actor else None,
        at=at,
    )
    _share_out(leg_ids=[leg[0] for leg in legs], shares=shares)
    if clock.day_of(payment.captured_at) == clock.day_of(at):
        risk.give_back(user_id=payment.payer_id, amount=amount, day=clock.day_of(at))
    outbox.publish(event=_event(payment=payment, receipt=receipt))
    _post(payment=payment, receipt=receipt, accounts=[leg[1] for leg in legs], shares=shares)
    return receipt


def _count(*, payment_uid: uuid.UUID, amount: Money, stores: list[uuid.UUID] | None) -> _Refunded:
    with connection.cursor() as cursor:
        cursor.execute(
            GIVE_BACK,
            {
                "uid": payment_uid,
                "amount": amount.amount_minor,
                "currency": amount.currency,
                "stores": stores,
            },
        )
        row: Any = cursor.fetchone()
    if row is not None:
        return _Refunded(*row)
    payments = Payment.objects.filter(uid=payment_uid)
    if stores is not None:
        payments = payments.filter(payee_uid__in=stores)
    payment = payments.first()
    if payment is None:
        raise rules.PaymentUnknown()
    if payment.currency != amount.currency:
        raise rules.WrongCurrency("amount", wanted=payment.currency, given=amount.currency)
    remaining = Money(payment.amount_minor - payment.refunded_minor, payment.currency)
    if remaining.amount_minor == 0:
        raise rules.RefundNothingLeft("amount", remaining=remaining)
    raise rules.RefundAboveRemaining("amount", remaining=remaining)


def _write(
    *,
    payment: _Refunded,
    amount: Money,
    to_member_minor: int,
    reason: str,
    actor_id: int | None,
    at: dt.datetime,
) -> RefundReceipt:
    uid = refund_uid_of(payment.uid, payment.refunded_minor)
    Refund.objects.create(
        uid=uid,
        payment_id=payment.id,
        payer_id=payment.payer_id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        to_member_minor=to_member_minor,
        reason=reason,
        actor_id=actor_id,
        refunded_at=at,
    )
    PaymentMove.objects.create(
        subject="payment",
        subject_id=payment.id,
        from_status=rules.status_after_refund(
            amount_minor=payment.amount_minor,
            refunded_minor=payment.refunded_minor - amount.amount_minor,
        ),
        to_status=payment.status,
        actor_id=actor_id,
        at=at,
    )
    return RefundReceipt(
        refund_uid=uid,
        payment_uid=payment.uid,
        reference=payment.reference,
        payee_name=payment.payee_name,
        amount=amount,
        refunded_total=Money(payment.refunded_minor, payment.currency),
        remaining=Money(payment.amount_minor - payment.refunded_minor, payment.currency),
        status=payment.status,
        reason=reason,
        refunded_at=at,
        to_member=Money(to_member_minor, payment.currency),
    )


def _share_out(*, leg_ids: Sequence[int], shares: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update wallet_paymentleg leg set refunded_minor = leg.refunded_minor + part.share"
            " from unnest(%s::bigint[], %s::bigint[]) as part (id, share) where leg.id = part.id",
            [list(leg_ids), list(shares)],
        )


def _post(
    *,
    payment: _Refunded,
    receipt: RefundReceipt,
    accounts: Sequence[int],
    shares: Sequence[int],
) -> None:
    journal = Journal(
        uid=receipt.refund_uid,
        kind="refund",
        reference=payment.reference,
        legs=(
            Leg(account_id=payment.payee_account_id, amount_minor=-receipt.amount.amount_minor),
            *(
                Leg(account_id=account_id, amount_minor=share)
                for account_id, share in zip(accounts, shares, strict=True)
                if share
            ),
        ),
        at=receipt.refunded_at,
    )
    try:
        # A savepoint, so that the balance can be read for the sentence after a decline.
        with transaction.atomic():
            ledger.post(journals=[journal])
    except InsufficientFunds:
        balance = ledger_queries.balance(account_id=payment.payee_account_id)
        available = Money(max(0, balance.available_minor), payment.currency)
        raise rules.RefundAboveBalance("amount", available=available) from None


def _event(*, payment: _Refunded, receipt: RefundReceipt) -> PaymentRefunded:
    return PaymentRefunded(
        uid=receipt.refund_uid,
        payment_uid=payment.uid,
        payer_id=payment.payer_id,
        store_uid=payment.payee_uid,
        merchant_uid=payment.payee_merchant_uid,
        payee_name=payment.payee_name,
        amount_minor=receipt.amount.amount_minor,
        currency=payment.currency,
        refunded_total_minor=payment.refunded_minor,
        payment_captured_at=payment.captured_at,
        refunded_at=receipt.refunded_at,
    )
