import dataclasses
import datetime as dt
import uuid

from django.db.models import Count, Q, Sum

from foundation.money import Money
from wallet.funding import rules
from wallet.funding.models import TopUp, TopUpMove


@dataclasses.dataclass(frozen=True)
class TopUpDetail:
    """A top-up as its owner sees it: started, unknown, confirmed, failed or expired.

    `final` says that the bank has answered. 'unknown' is not a no: we are asking the bank.
    """

    uid: uuid.UUID
    reference: str
    amount: Money
    status: str
    rail: str
    rail_reference: str
    failure: str
    started_at: dt.datetime
    ended_at: dt.datetime | None = None

    @property
    def final(self) -> bool:
        return self.ended_at is not None


def detail_of(row: TopUp) -> TopUpDetail:
    """Build what the owner sees of a row."""
    return TopUpDetail(
        uid=row.uid,
        reference=row.reference,
        amount=Money(row.amount_minor, row.currency),
        status=row.status,
        rail=row.rail,
        rail_reference=row.rail_reference,
        failure=row.failure,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def find_top_up(*, uid: uuid.UUID, user_id: int) -> TopUpDetail | None:
    """Return a member's own top-up, or None."""
    row = TopUp.objects.filter(uid=uid, user_id=user_id).first()
    return detail_of(row) if row else None


def get_top_up(*, uid: uuid.UUID, user_id: int) -> TopUpDetail:
    """Return a member's own top-up.

    :raises rules.TopUpUnknown: it does not exist, or is somebody else's
    """
    found = find_top_up(uid=uid, user_id=user_id)
    if found is None:
        raise rules.TopUpUnknown()
    return found


def find_started_at(*, uid: uuid.UUID, user_id: int) -> dt.datetime | None:
    """Return when a member's own top-up was started, or None."""
    return (
        TopUp.objects.filter(uid=uid, user_id=user_id).values_list("started_at", flat=True).first()
    )


def list_top_ups(
    *,
    user_id: int,
    search: str = "",
    bounds: tuple[dt.datetime, dt.datetime] | None = None,
    before: tuple[dt.datetime, uuid.UUID] | None = None,
    limit: int = 20,
) -> list[TopUpDetail]:
    """Return a member's top-ups, newest first, within [start, end) and before (at, uid)."""
    rows = TopUp.objects.filter(user_id=user_id)
    if bounds:
        rows = rows.filter(started_at__gte=bounds[0], started_at__lt=bounds[1])
    if before:
        rows = rows.filter(
            Q(started_at__lt=before[0]) | Q(started_at=before[0], uid__lt=before[1]),
            started_at__lte=before[0],
        )
    if search:
        text = "".join(search.split())[:40]
        rows = rows.filter(Q(reference__contains=text) | Q(rail_reference__icontains=text))
    return [detail_of(row) for row in rows.order_by("-started_at", "-uid")[:limit]]


def confirmed_minor(*, user_id: int, start: dt.datetime, end: dt.datetime, currency: str) -> int:
    """Return how much the bank confirmed for a member within [start, end), in minor units."""
    total = TopUp.objects.filter(
        user_id=user_id,
        status="confirmed",
        ended_at__gte=start,
        ended_at__lt=end,
        currency=currency,
    ).aggregate(total=Sum("amount_minor"))["total"]
    return int(total or 0)


def list_moves(*, top_up_id: int) -> list[TopUpMove]:
    """Return the history of a top-up, oldest first, for the back office."""
    return list(TopUpMove.objects.filter(top_up_id=top_up_id).order_by("id"))


def sum_confirmed(
    *, start: dt.datetime, end: dt.datetime, currency: str = rules.CURRENCY
) -> tuple[int, int]:
    """Return how many top-ups were confirmed in a stretch of time, and their sum in minor units."""
    found = TopUp.objects.filter(
        status="confirmed", ended_at__gte=start, ended_at__lt=end, currency=currency
    ).aggregate(count=Count("id"), sum=Sum("amount_minor"))
    return found["count"], found["sum"] or 0
