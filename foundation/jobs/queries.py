import uuid
from collections.abc import Sequence

from foundation.jobs.models import Job


def find_latest(*, kind: str) -> Job | None:
    """Return the job of a kind that was asked for last, or None."""
    return Job.objects.filter(kind=kind).order_by("-id").first()


def find_job(*, uid: uuid.UUID) -> Job | None:
    """Return a job by its uid, or None."""
    return Job.objects.filter(uid=uid).first()


def list_latest(*, kind_prefix: str, limit: int = 10) -> Sequence[Job]:
    """Return the latest jobs whose kind begins so, the newest first."""
    return list(Job.objects.filter(kind__startswith=kind_prefix).order_by("-id")[:limit])
