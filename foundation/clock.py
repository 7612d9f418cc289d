"""Time is read once, at the edge (a view, an endpoint, a task), and passed in from there.

Instants are aware datetimes in UTC. A business day is a day in Asia/Shanghai, cut at 00:00.
"""

import datetime as dt
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Return this instant in UTC."""
    return dt.datetime.now(dt.UTC)


def day_of(at: dt.datetime) -> dt.date:
    """Return the business day in which the instant lies."""
    return at.astimezone(BUSINESS_ZONE).date()


def today() -> dt.date:
    """Return the business day of this instant."""
    return day_of(now())


def day_bounds(date: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instant of a business day and the first of the next one."""
    start = dt.datetime.combine(date, dt.time.min, BUSINESS_ZONE)
    return start, start + dt.timedelta(days=1)


def month_bounds(year: int, month: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instant of a business month and the first of the next one."""
    start = dt.datetime(year, month, 1, tzinfo=BUSINESS_ZONE)
    following = dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=BUSINESS_ZONE)
    return start, following
