import datetime as dt
from typing import Any

from foundation.db import entry, step
from foundation.jobs.models import Job

LEASE_MINUTES = 10


@step
def ask(*, kind: str, asked_by_id: int | None, at: dt.datetime) -> Job:
    """Write down a piece of long work; a sweep of its kind takes it up."""
    return Job.objects.create(kind=kind, asked_by_id=asked_by_id, asked_at=at)


@entry
def take(*, kind: str, at: dt.datetime) -> Job | None:
    """Lease the oldest waiting job of a kind, or one whose worker died; None without any."""
    waiting = Job.objects.filter(kind=kind, status=Job.Status.WAITING)
    orphaned = Job.objects.filter(kind=kind, status=Job.Status.RUNNING, leased_until__lt=at)
    job = (waiting | orphaned).order_by("id").select_for_update(skip_locked=True).first()
    if job:
        job.status = Job.Status.RUNNING
        job.leased_until = at + dt.timedelta(minutes=LEASE_MINUTES)
        job.save(update_fields=["status", "leased_until"])
    return job


@entry
def advance(*, job_id: int, done_count: int, total_count: int, at: dt.datetime) -> None:
    """Say how far a running job is, and hold its lease for another while."""
    Job.objects.filter(id=job_id, status=Job.Status.RUNNING).update(
        done_count=done_count,
        total_count=total_count,
        leased_until=at + dt.timedelta(minutes=LEASE_MINUTES),
    )


@entry
def finish(*, job_id: int, failed: bool, result: dict[str, Any], at: dt.datetime) -> None:
    """End a running job with its result."""
    Job.objects.filter(id=job_id, status=Job.Status.RUNNING).update(
        status=Job.Status.FAILED if failed else Job.Status.DONE, result=result, ended_at=at
    )
