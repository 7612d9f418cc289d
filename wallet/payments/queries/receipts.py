import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from foundation.errors import Refusal
from foundation.money import Money, parse_amount
from foundation.text import clean_text
from wallet.payments import rules
from wallet.payments.models import Payment, PaymentLeg, PaymentMove
from wallet.payments.rules import FundingLine, Person, Receipt

PAGE = 20
PAGE_AT_MOST = 100
SEARCH_CHARACTERS = 80


def receipt_of(payment: Payment, legs: Sequence[PaymentLeg] = ()) -> Receipt:
    """Build a receipt of a payment that was read with its request."""
    return Receipt(
        payment_uid=payment.uid,
        reference=payment.reference,
        request_uid=payment.request.uid,
        scene=payment.request.scene,
        store_uid=payment.payee_uid,
        payee_name=payment.payee_name,
        payee_number=payment.payee_number,
        amount=Money(payment.amount_minor, payment.currency),
        note=payment.note,
        captured_at=payment.captured_at,
        status=payment.status,
        refunded=Money(payment.refunded_minor, payment.currency),
        funding=tuple(
            FundingLine(
                role=leg.role,
                amount=Money(leg.amount_minor, payment.currency),
                refunded=Money(leg.refunded_minor, payment.currency),
            )
            for leg in legs
        ),
    )


def get_receipt(*, uid: uuid.UUID, user: Person) -> Receipt:
    """Return the receipt of a member's own payment, with its funding lines: two queries.

    :raises rules.PaymentUnknown: it does not exist, or is somebody else's
    """
    return _receipt(Payment.objects.filter(uid=uid, payer_id=user.id))


def get_store_receipt(*, uid: uuid.UUID, store_uids: Collection[uuid.UUID]) -> Receipt:
    """Return the receipt of a payment to one of these stores.

    :raises rules.PaymentUnknown: it does not exist, or is another store's
    """
    return _receipt(Payment.objects.filter(uid=uid, payee_uid__in=store_uids))


def _receipt(payments: QuerySet[Payment]) -> Receipt:
    payment = payments.select_related("request").first()
    if payment is None:
        raise rules.PaymentUnknown()
    return receipt_of(payment, list(PaymentLeg.objects.filter(payment=payment).order_by("id")))


def list_payments(
    *, user: Person, before_uid: uuid.UUID | None = None, limit: int = PAGE
) -> list[Receipt]:
    """Return a member's payments, newest first, without funding lines: two queries at most.

    `before_uid` is the last payment of the page before.
    """
    payments = Payment.objects.filter(payer_id=user.id)
    rows = _page(payments, before_uid, limit)
    return [receipt_of(payment) for payment in rows]


def list_for_store(
    *,
    store_uid: uuid.UUID,
    before_uid: uuid.UUID | None = None,
    limit: int = PAGE,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    search: str = "",
) -> list[Receipt]:
    """Return a store's payments, newest first, optionally within [start, end): two queries.

    :raises foundation.text.TextNotReadable: TextTooLong: the search
    """
    search = clean_text(search, SEARCH_CHARACTERS, field="search")
    payments = Payment.objects.filter(payee_uid=store_uid)
    if start:
        payments = payments.filter(captured_at__gte=start)
    if end:
        payments = payments.filter(captured_at__lt=end)
    if search:
        payments = payments.filter(matches(search) | _amount_is(search))
    return [receipt_of(payment) for payment in _page(payments, before_uid, limit)]


def _page(
    payments: QuerySet[Payment], before_uid: uuid.UUID | None, limit: int
) -> QuerySet[Payment]:
    if before_uid is not None:
        # The cursor is looked up among the same rows, so a stranger's uid gives an empty page.
        last = payments.filter(uid=before_uid).values_list("captured_at", "id").first()
        if last is None:
            return payments.none()
        payments = payments.filter(
            Q(captured_at__lt=last[0]) | Q(captured_at=last[0], id__lt=last[1]),
            captured_at__lte=last[0],
        )
    ordered = payments.select_related("request").order_by("-captured_at", "-id")
    return ordered[: min(limit, PAGE_AT_MOST)]


def matches(search: str) -> Q:
    found = Q(note__icontains=search)
    digits = rules.ungroup(search)
    if digits.isascii() and digits.isdigit() and len(digits) >= 4:
        found |= Q(reference__contains=digits) | Q(payee_number=digits)
    return found


def _amount_is(search: str) -> Q:
    # A till looks for "28.50": the amount that was asked for.
    try:
        return Q(amount_minor=parse_amount(text=search[:20], currency="CNY").amount_minor)
    except Refusal:
        return Q(pk__in=[])


def list_moves(*, payment: Payment) -> list[PaymentMove]:
    """Return the history of a payment and of its request, oldest first, for the back office."""
    return list(
        PaymentMove.objects.filter(
            Q(subject="payment", subject_id=payment.pk)
            | Q(subject="request", subject_id=payment.request_id)
        )
        .select_related("actor")
        .order_by("id")
    )


def list_payees(*, user: Person, limit: int = 3) -> list[tuple[str, str]]:
    """Return (name, number) of the stores that a member paid last, each once."""
    recent = (
        Payment.objects.filter(payer_id=user.id)
        .order_by("-captured_at", "-id")
        .values_list("payee_name", "payee_number")[:50]
    )
    return list(dict.fromkeys(recent))[:limit]
