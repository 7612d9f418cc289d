from celery import shared_task

from foundation import clock
from foundation.outbox import actions


@shared_task(name="foundation.outbox.relay")
def relay() -> None:
    """Relay what waits and retry what is due; bounded, because beat comes again in a second."""
    actions.drain(batches=50)
    for _ in range(100):
        if not actions.retry(at=clock.now()):
            break
