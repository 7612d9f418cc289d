from celery import shared_task

from foundation import clock
from members.joining import actions


@shared_task(name="members.joining.forget_drafts")
def forget_drafts() -> None:
    """Delete drafts that nobody came back to."""
    actions.forget_drafts(at=clock.now())
