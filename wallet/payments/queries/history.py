import dataclasses
import datetime as dt
import uuid

from django.db.models import Count, Q, Sum

from foundation import clock
from foundation.money import Money
from foundation.text import clean_text
from wallet.funding import queries as funding
from wallet.payments.models import Payment, Refund
from wallet.payments.queries.receipts import PAGE, PAGE_AT_MOST, SEARCH_CHARACTERS, matches
from wallet.payments.rules import Person


@dataclasses.dataclass(frozen=True)
class RefundLine:
    """One refund, as it stands under its payment."""

    uid: uuid.UUID
    amount: Money
    to_member: Money
    reason: str
    refunded_at: dt.datetime


@dataclasses.dataclass(frozen=True)
class Record:
    """One line of a member's history: a payment with its refunds, or a top-up.

    `title` is the payee of a payment, or the rail of a top-up. `incoming` says whether the
    balance rose. `status` is the payment's or the top-up's.
    """

    kind: str
    uid: uuid.UUID
    at: dt.datetime
    title: str
    reference: str
    note: str
    amount: Money
    status: str
    incoming: bool
    refunded: Money
    refunds: tuple[RefundLine, ...] = ()


@dataclasses.dataclass(frozen=True)
class RecordPage:
    """Records, newest first; `next_uid` is the `before_uid` of the next page, or None."""

    records: tuple[Record, ...]
    next_uid: uuid.UUID | None


def list_records(
    *,
    user: Person,
    search: str = "",
    kind: str = "",
    month: tuple[int, int] | None = None,
    before_uid: uuid.UUID | None = None,
    limit: int = PAGE,
) -> RecordPage:
    """Return a member's history: payments with their refunds, and top-ups, newest first.

    `kind` is '', 'payment', 'refund' (payments that were refunded) or 'top_up'; `month` is
    (year, month) in Asia/Shanghai. Three queries, and at most two more to find the cursor.

    :raises foundation.text.TextNotReadable: TextTooLong: the search
    """
    search = clean_text(search, SEARCH_CHARACTERS, field="search")
    bounds = clock.month_bounds(*month) if month else None
    before = _cursor(user, before_uid) if before_uid else None
    if before_uid and before is None:
        return RecordPage(records=(), next_uid=None)
    limit = min(limit, PAGE_AT_MOST)
    records: list[Record] = []
    if kind != "top_up":
        records += _payment_records(user, search, kind == "refund", bounds, before, limit + 1)
    if kind in ("", "top_up"):
        top_ups = funding.list_top_ups(
            user_id=user.id, search=search, bounds=bounds, before=before, limit=limit + 1
        )
        records += [top_up_record(top_up) for top_up in top_ups]
    records.sort(key=lambda record: (record.at, record.uid.int), reverse=True)
    more = len(records) > limit
    shown = tuple(records[:limit])
    return RecordPage(records=shown, next_uid=shown[-1].uid if more else None)


def _cursor(user: Person, uid: uuid.UUID) -> tuple[dt.datetime, uuid.UUID] | None:
    at = (
        Payment.objects.filter(uid=uid, payer_id=user.id)
        .values_list("captured_at", flat=True)
        .first()
    )
    at = at or funding.find_started_at(uid=uid, user_id=user.id)
    return (at, uid) if at else None


def _payment_records(
    user: Person,
    search: str,
    refunded_only: bool,
    bounds: tuple[dt.datetime, dt.datetime] | None,
    before: tuple[dt.datetime, uuid.UUID] | None,
    limit: int,
) -> list[Record]:
    payments = Payment.objects.filter(payer_id=user.id)
    if bounds:
        payments = payments.filter(captured_at__gte=bounds[0], captured_at__lt=bounds[1])
    if before:
        payments = payments.filter(
            Q(captured_at__lt=before[0]) | Q(captured_at=before[0], uid__lt=before[1]),
            captured_at__lte=before[0],
        )
    if refunded_only:
        payments = payments.filter(refunded_minor__gt=0)
    if search:
        payments = payments.filter(matches(search) | Q(payee_name__icontains=search))
    rows = list(payments.order_by("-captured_at", "-uid")[:limit])
    refunds = refunds_of([row for row in rows if row.refunded_minor])
    return [payment_record(row, refunds.get(row.pk, ())) for row in rows]


def payment_record(row: Payment, refunds: tuple[RefundLine, ...]) -> Record:
    return Record(
        kind="payment",
        uid=row.uid,
        at=row.captured_at,
        title=row.payee_name,
        reference=row.reference,
        note=row.note,
        amount=Money(row.amount_minor, row.currency),
        status=row.status,
        incoming=False,
        refunded=Money(row.refunded_minor, row.currency),
        refunds=refunds,
    )


def refunds_of(payments: list[Payment]) -> dict[int, tuple[RefundLine, ...]]:
    found: dict[int, tuple[RefundLine, ...]] = {}
    if not payments:
        return found
    rows = Refund.objects.filter(payment__in=[payment.pk for payment in payments])
    for refund in rows.order_by("id"):
        line = RefundLine(
            uid=refund.uid,
            amount=Money(refund.amount_minor, refund.currency),
            to_member=Money(refund.to_member_minor, refund.currency),
            reason=refund.reason,
            refunded_at=refund.refunded_at,
        )
        found[refund.payment_id] = (*found.get(refund.payment_id, ()), line)
    return found


def top_up_record(top_up: funding.TopUpDetail) -> Record:
    return Record(
        kind="top_up",
        uid=top_up.uid,
        at=top_up.started_at,
        title=top_up.rail,
        reference=top_up.reference,
        note="",
        amount=top_up.amount,
        status=top_up.status,
        incoming=True,
        refunded=Money.zero(top_up.amount.currency),
    )


@dataclasses.dataclass(frozen=True)
class MonthTotals:
    """A member's month in one currency: paid to stores, come back, and put in."""

    spent: Money
    refunded: Money
    received: Money
    payment_count: int


def month_totals(*, user: Person, year: int, month: int, currency: str = "CNY") -> MonthTotals:
    """Return a month's sums: three queries over index ranges.

    A refund counts in the month in which it was made, a top-up in the month in which the bank
    confirmed it.
    """
    start, end = clock.month_bounds(year, month)
    spent = Payment.objects.filter(
        payer_id=user.id, captured_at__gte=start, captured_at__lt=end, currency=currency
    ).aggregate(total=Sum("amount_minor"), count=Count("id"))
    refunded = Refund.objects.filter(
        payer_id=user.id, refunded_at__gte=start, refunded_at__lt=end, currency=currency
    ).aggregate(total=Sum("to_member_minor"))
    received_minor = funding.confirmed_minor(
        user_id=user.id, start=start, end=end, currency=currency
    )
    return MonthTotals(
        spent=Money(int(spent["total"] or 0), currency),
        refunded=Money(int(refunded["total"] or 0), currency),
        received=Money(received_minor, currency),
        payment_count=spent["count"],
    )
