import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from foundation.money import Money
from wallet.funding import queries as funding
from wallet.payments import rules
from wallet.payments.models import Payment
from wallet.payments.queries.history import Record, payment_record, refunds_of, top_up_record
from wallet.payments.queries.receipts import receipt_of
from wallet.payments.rules import Person, Receipt


@dataclasses.dataclass(frozen=True)
class TimelineStep:
    """One thing that happened: 'opened', 'paid', 'refunded', 'cancelled', 'expired',
    'top_up_started', 'top_up_confirmed', 'top_up_failed', 'top_up_unknown'.
    """

    kind: str
    at: dt.datetime
    amount: Money | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True)
class RecordDetail:
    """One record with everything that happened to it. `receipt` is of a payment only."""

    record: Record
    receipt: Receipt | None
    timeline: tuple[TimelineStep, ...]


def get_record(*, uid: uuid.UUID, user: Person) -> RecordDetail:
    """Return one record of a member's history with its timeline: at most three queries.

    :raises rules.PaymentUnknown: it does not exist, or is somebody else's
    """
    detail = _payment_detail(Payment.objects.filter(uid=uid, payer_id=user.id))
    return detail or _top_up_detail(uid=uid, user=user)


def get_payment_detail(*, uid: uuid.UUID, user: Person) -> RecordDetail:
    """Return a member's own payment with its timeline: at most three queries.

    :raises rules.PaymentUnknown: it does not exist, or is somebody else's
    """
    detail = _payment_detail(Payment.objects.filter(uid=uid, payer_id=user.id))
    if detail is None:
        raise rules.PaymentUnknown()
    return detail


def get_store_record(*, uid: uuid.UUID, store_uids: Collection[uuid.UUID]) -> RecordDetail:
    """Return one payment to one of these stores with its timeline: at most three queries.

    :raises rules.PaymentUnknown: it does not exist, or is another store's
    """
    detail = _payment_detail(Payment.objects.filter(uid=uid, payee_uid__in=store_uids))
    if detail is None:
        raise rules.PaymentUnknown()
    return dataclasses.replace(detail, record=dataclasses.replace(detail.record, incoming=True))


def _payment_detail(payments: QuerySet[Payment]) -> RecordDetail | None:
    payment = payments.select_related("request").prefetch_related("legs").first()
    if payment is None:
        return None
    refunds = refunds_of([payment] if payment.refunded_minor else []).get(payment.pk, ())
    receipt = receipt_of(payment, list(payment.legs.all()))
    steps = [
        TimelineStep("opened", payment.request.created_at, receipt.amount),
        TimelineStep("paid", payment.captured_at, receipt.amount),
        *(TimelineStep("refunded", r.refunded_at, r.amount, r.reason) for r in refunds),
    ]
    return RecordDetail(
        record=payment_record(payment, refunds), receipt=receipt, timeline=tuple(steps)
    )


def _top_up_detail(*, uid: uuid.UUID, user: Person) -> RecordDetail:
    top_up = funding.find_top_up(uid=uid, user_id=user.id)
    if top_up is None:
        raise rules.PaymentUnknown()
    steps = [TimelineStep("top_up_started", top_up.started_at, top_up.amount)]
    if top_up.status != "started":
        steps.append(TimelineStep(f"top_up_{top_up.status}", top_up.ended_at or top_up.started_at))
    return RecordDetail(record=top_up_record(top_up), receipt=None, timeline=tuple(steps))
