"""Payments and refunds of the past, many at once: for a demo town or a move from another system.

What is left behind is what `open_request`, `capture` and `refund` leave one by one, apart from
limits. The caller posts the journals, in order of time, in the same transaction.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.db import step
from foundation.money import Money
from foundation.outbox import actions as outbox
from wallet.ledger.rules import Journal, Leg
from wallet.payments import rules
from wallet.payments.actions import refunds as one_refund
from wallet.payments.events import PaymentCaptured
from wallet.payments.models import Payment, PaymentLeg, PaymentMove, PaymentRequest
from wallet.payments.rules import Payee, Payer, Person, Scene, payment_uid_of

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class PastPayment:
    """One payment that was made: a request of this uid, captured from one account."""

    request_uid: uuid.UUID
    reference: str
    scene: Scene
    payee: Payee
    payer: Payer
    payer_account_id: int
    amount_minor: int
    note: str
    created_by_id: int
    opened_at: dt.datetime
    captured_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PastRefund:
    """One refund that was given of a payment that is there."""

    payment_uid: uuid.UUID
    amount: Money
    reason: str
    actor: Person | None
    at: dt.datetime


@step
def import_captured(*, payments: Sequence[PastPayment]) -> list[Journal]:
    """Write captured payments with their requests, legs and moves; return their journals.

    Publishes PaymentCaptured for each, without waking the relay.

    :raises ValueError: a payment of nothing, or of one's own shop
    """
    for past in payments:
        if past.amount_minor <= 0 or past.payer.id in past.payee.owner_user_ids:
            raise ValueError("such a payment cannot have been made")
    requests = PaymentRequest.objects.bulk_create(
        [_request(past) for past in payments], batch_size=ROWS_AT_ONCE
    )
    rows = Payment.objects.bulk_create(
        [_payment(past, request) for past, request in zip(payments, requests, strict=True)],
        batch_size=ROWS_AT_ONCE,
    )
    PaymentLeg.objects.bulk_create(
        [
            PaymentLeg(
                payment_id=row.pk,
                account_id=row.payer_account_id,
                role=rules.MEMBER,
                amount_minor=row.amount_minor,
                refunded_minor=0,
            )
            for row in rows
        ],
        batch_size=ROWS_AT_ONCE,
    )
    PaymentMove.objects.bulk_create(
        [move for past, row in zip(payments, rows, strict=True) for move in _moves(past, row)],
        batch_size=ROWS_AT_ONCE,
    )
    outbox.publish_many(events=[_captured(past) for past in payments], hint=False)
    return [_journal(past) for past in payments]


@step
def import_refunded(*, refunds: Sequence[PastRefund]) -> list[Journal]:
    """Write refunds in the order given, each of a single funder's payment; return the journals.

    Publishes PaymentRefunded for each. Locks the payments' rows.

    :raises rules.PaymentUnknown: rules.RefundAboveRemaining: as `refund` does
    """
    journals = []
    for past in refunds:
        payment = one_refund._count(payment_uid=past.payment_uid, amount=past.amount, stores=None)
        leg = PaymentLeg.objects.get(payment_id=payment.id)
        receipt = one_refund._write(
            payment=payment,
            amount=past.amount,
            to_member_minor=past.amount.amount_minor,
            reason=past.reason,
            actor_id=past.actor.id if past.actor else None,
            at=past.at,
        )
        one_refund._share_out(leg_ids=[leg.pk], shares=[past.amount.amount_minor])
        event = one_refund._event(payment=payment, receipt=receipt)
        outbox.publish_many(events=[event], hint=False)
        journals.append(
            Journal(
                uid=receipt.refund_uid,
                kind="refund",
                reference=payment.reference,
                legs=(
                    Leg(payment.payee_account_id, -past.amount.amount_minor),
                    Leg(leg.account_id, past.amount.amount_minor),
                ),
                at=past.at,
            )
        )
    return journals


def _request(past: PastPayment) -> PaymentRequest:
    return PaymentRequest(
        uid=past.request_uid,
        scene=past.scene,
        payee_account_id=past.payee.account_id,
        payee_uid=past.payee.store_uid,
        payee_merchant_uid=past.payee.merchant_uid,
        payee_name=past.payee.name,
        payee_number=past.payee.number,
        payee_owner_ids=list(past.payee.owner_user_ids),
        amount_minor=past.amount_minor,
        currency=past.payee.currency,
        note=past.note,
        status="paid",
        payer_id=past.payer.id,
        created_by_id=past.created_by_id,
        created_at=past.opened_at,
        expires_at=past.opened_at + dt.timedelta(minutes=rules.REQUEST_MINUTES),
        ended_at=past.captured_at,
    )


def _payment(past: PastPayment, request: PaymentRequest) -> Payment:
    return Payment(
        uid=payment_uid_of(past.request_uid),
        reference=past.reference,
        request=request,
        payer_id=past.payer.id,
        payer_account_id=past.payer_account_id,
        payee_account_id=past.payee.account_id,
        payee_uid=past.payee.store_uid,
        payee_merchant_uid=past.payee.merchant_uid,
        payee_name=past.payee.name,
        payee_number=past.payee.number,
        amount_minor=past.amount_minor,
        currency=past.payee.currency,
        note=past.note,
        refunded_minor=0,
        status="captured",
        captured_at=past.captured_at,
    )


def _moves(past: PastPayment, row: Payment) -> tuple[PaymentMove, PaymentMove, PaymentMove]:
    paid = {"actor_id": past.payer.id, "at": past.captured_at}
    request_id = row.request_id
    return (
        PaymentMove(
            subject="request",
            subject_id=request_id,
            to_status="open",
            actor_id=past.created_by_id,
            at=past.opened_at,
        ),
        PaymentMove(
            subject="request", subject_id=request_id, from_status="open", to_status="paid", **paid
        ),
        PaymentMove(subject="payment", subject_id=row.pk, to_status="captured", **paid),
    )


def _captured(past: PastPayment) -> PaymentCaptured:
    return PaymentCaptured(
        uid=payment_uid_of(past.request_uid),
        reference=past.reference,
        request_uid=past.request_uid,
        scene=past.scene,
        payer_id=past.payer.id,
        store_uid=past.payee.store_uid,
        merchant_uid=past.payee.merchant_uid,
        payee_name=past.payee.name,
        amount_minor=past.amount_minor,
        currency=past.payee.currency,
        captured_at=past.captured_at,
    )


def _journal(past: PastPayment) -> Journal:
    return Journal(
        uid=payment_uid_of(past.request_uid),
        kind="payment",
        reference=past.reference,
        legs=(
            Leg(account_id=past.payer_account_id, amount_minor=-past.amount_minor),
            Leg(account_id=past.payee.account_id, amount_minor=past.amount_minor),
        ),
        at=past.captured_at,
    )
