import datetime as dt

from foundation import clock
from wallet.risk.models import MemberDay, MemberLimit
from wallet.risk.rules import Limits


def limits_of(*, user_id: int) -> Limits:
    """Return a member's limits: their own, or the standard ones."""
    row = (
        MemberLimit.objects.filter(user_id=user_id)
        .values_list("one_tap_minor", "per_payment_minor", "per_day_minor")
        .first()
    )
    return Limits(*row) if row else Limits()


def find_frozen_at(*, user_id: int) -> dt.datetime | None:
    """Return since when the wallet is stopped, or None while it works."""
    return MemberLimit.objects.filter(user_id=user_id).values_list("frozen_at", flat=True).first()


def spent_on(*, user_id: int, at: dt.datetime, currency: str = "CNY") -> int:
    """Return what counts against the day's limit so far, in minor units."""
    return (
        MemberDay.objects.filter(user_id=user_id, date=clock.day_of(at), currency=currency)
        .values_list("spent_minor", flat=True)
        .first()
        or 0
    )
