import dataclasses
import datetime as dt
import uuid
from typing import Any

from foundation.jobs.models import Job


@dataclasses.dataclass(frozen=True)
class JobDetail:
    """A piece of long work: waiting, running, done or failed, and its result when it ended."""

    id: int
    uid: uuid.UUID
    kind: str
    status: str
    done_count: int
    total_count: int
    result: dict[str, Any]
    asked_at: dt.datetime
    ended_at: dt.datetime | None

    @property
    def under_way(self) -> bool:
        return self.ended_at is None


COLUMNS = [field.name for field in dataclasses.fields(JobDetail)]


def find_latest(*, kind: str) -> JobDetail | None:
    """Return the job of a kind that was asked for last, or None."""
    row = Job.objects.filter(kind=kind).order_by("-id").values(*COLUMNS).first()
    return JobDetail(**row) if row else None


def find_latest_of(*, kind_prefix: str) -> JobDetail | None:
    """Return the job that was asked for last among the kinds that begin so, or None."""
    rows = Job.objects.filter(kind__startswith=kind_prefix)
    row = rows.order_by("-id").values(*COLUMNS).first()
    return JobDetail(**row) if row else None
