import datetime as dt
import time
from typing import Any

from foundation import clock
from foundation.audit import actions as audit
from foundation.db import entry
from foundation.jobs import actions as jobs
from foundation.jobs import queries as jobs_queries
from foundation.text import clean_text
from foundation.users import queries as users
from foundation.users.models import User
from journeys.operations.rules import PROOF, REASON_CHARACTERS, PersonUnknown
from wallet.ledger import queries as ledger
from wallet.ledger.queries import Report


@entry
def reveal_phone(*, user_id: int, actor: User, reason: str, at: dt.datetime) -> str:
    """Return a person's whole number, and write down who looked, when and why.

    :raises PersonUnknown: there is no such person
    :raises TextMissing: TextTooLong: TextNotReadable: the reason
    """
    reason = clean_text(reason, REASON_CHARACTERS, field="reason", required=True)
    person = users.find_user(user_id=user_id)
    if person is None:
        raise PersonUnknown()
    audit.record(
        at=at,
        actor_id=actor.pk,
        act="operations.reveal_phone",
        target_kind="user",
        target_uid=str(person.uid),
        reason=reason,
    )
    return person.phone or ""


@entry
def ask_for_proof(*, actor: User, at: dt.datetime) -> None:
    """Ask for a proof of the books; one that is still under way is the answer, too."""
    latest = jobs_queries.find_latest(kind=PROOF)
    if latest is not None and latest.under_way:
        return
    job = jobs.ask(kind=PROOF, asked_by_id=actor.pk, at=at)
    audit.record(
        at=at,
        actor_id=actor.pk,
        act="operations.ask_for_proof",
        target_kind="job",
        target_uid=str(job.uid),
    )


def prove_books(*, at: dt.datetime) -> bool:
    """Prove the books for whoever asked; return whether somebody had.

    The proof reads everything in one snapshot and may take minutes, so it runs between two
    entries and in none of them.
    """
    job = jobs.take(kind=PROOF, at=at)
    if job is None:
        return False
    jobs.advance(job_id=job.pk, done_count=0, total_count=1, at=at)
    started = time.monotonic()
    try:
        report = ledger.verify()
    except Exception as error:
        words = {"error": type(error).__name__}
        jobs.finish(job_id=job.pk, failed=True, result=words, at=clock.now())
        raise
    jobs.advance(job_id=job.pk, done_count=1, total_count=1, at=clock.now())
    result = _as_result(report) | {"milliseconds": round((time.monotonic() - started) * 1000)}
    jobs.finish(job_id=job.pk, failed=False, result=result, at=clock.now())
    return True


def _as_result(report: Report) -> dict[str, Any]:
    return {
        "clean": report.clean,
        "figures": [[figure.name, figure.value] for figure in report.figures],
        "checks": list(report.checks),
        "breaks": [[b.check, b.subject, b.count, list(b.first)] for b in report.breaks],
    }
