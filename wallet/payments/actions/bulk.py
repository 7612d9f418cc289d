"""Payments and refunds of the past, many at once: for a demo town or a move from another system.

What is left behind is what `open_request`, `capture` and `refund` leave one by one, apart from
limits. The caller posts the journals, in order of time, in the same transaction.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from foundation.db import step
from foundation.money import Money
from foundation.outbox import actions as outbox
from wallet.ledger.rules import Journal, Leg
from wallet.payments import rules
from wallet.payments.actions import refunds as one_refund
from wallet.payments.events import PaymentCaptured
from wallet.payments.models import PaymentLeg
from wallet.payments.rules import Payee, Payer, Person, Scene, payment_uid_of

COLUMNS = 19
# The rows that `open_request` and `capture` leave, for all payments in one round trip.
IMPORT = """
with past as materialized (
    select * from unnest(
        %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::uuid[], %s::uuid[],
        %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::bigint[],
        %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]
    ) with ordinality as past (
        request_uid, payment_uid, reference, scene, payee_account_id, payee_uid,
        payee_merchant_uid, payee_name, payee_number, payee_owner_ids, currency, amount_minor,
        note, payer_id, payer_account_id, created_by_id, opened_at, expires_at, captured_at,
        position
    )
), requests as (
    insert into wallet_paymentrequest (
        uid, scene, payee_account_id, payee_uid, payee_merchant_uid, payee_name, payee_number,
        payee_owner_ids, amount_minor, currency, note, status, payer_id, created_by_id,
        created_at, expires_at, ended_at
    )
    select request_uid, scene, payee_account_id, payee_uid, payee_merchant_uid, payee_name,
           payee_number, payee_owner_ids::bigint[], amount_minor, currency, note, 'paid',
           payer_id, created_by_id, opened_at, expires_at, captured_at
    from past order by position
    returning id, uid
), payments as (
    insert into wallet_payment (
        uid, reference, request_id, payer_id, payer_account_id, payee_account_id, payee_uid,
        payee_merchant_uid, payee_name, payee_number, amount_minor, currency, note, captured_at
    )
    select payment_uid, reference, requests.id, payer_id, payer_account_id, payee_account_id,
           payee_uid, payee_merchant_uid, payee_name, payee_number, amount_minor, currency,
           note, captured_at
    from past join requests on requests.uid = past.request_uid order by position
    returning id, request_id, payer_id, payer_account_id, amount_minor, captured_at
), legs as (
    insert into wallet_paymentleg (payment_id, account_id, role, amount_minor)
    select id, payer_account_id, 'member', amount_minor from payments order by id
)
insert into wallet_paymentmove (subject, subject_id, from_status, to_status, actor_id, at)
select subject, subject_id, from_status, to_status, actor_id, at from (
    select 1 as nth, requests.id as request_id, 'request' as subject, requests.id as subject_id,
           '' as from_status, 'open' as to_status, created_by_id as actor_id, opened_at as at
    from past join requests on requests.uid = past.request_uid
    union all
    select 2, request_id, 'request', request_id, 'open', 'paid', payer_id, captured_at
    from payments
    union all
    select 3, request_id, 'payment', id, '', 'captured', payer_id, captured_at from payments
) moves order by request_id, nth
"""


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
    with connection.cursor() as cursor:
        columns = zip(*(_columns(past) for past in payments), strict=True)
        cursor.execute(IMPORT, [list(column) for column in columns] or [[]] * COLUMNS)
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


def _columns(past: PastPayment) -> tuple[object, ...]:
    payee = past.payee
    return (
        past.request_uid,
        payment_uid_of(past.request_uid),
        past.reference,
        past.scene,
        payee.account_id,
        payee.store_uid,
        payee.merchant_uid,
        payee.name,
        payee.number,
        # An array of arrays would have to be rectangular.
        "{" + ",".join(map(str, payee.owner_user_ids)) + "}",
        payee.currency,
        past.amount_minor,
        past.note,
        past.payer.id,
        past.payer_account_id,
        past.created_by_id,
        past.opened_at,
        past.opened_at + dt.timedelta(minutes=rules.REQUEST_MINUTES),
        past.captured_at,
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
