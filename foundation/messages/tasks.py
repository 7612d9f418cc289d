from celery import shared_task

from foundation import clock
from foundation.messages import actions


@shared_task(name="foundation.messages.send_due")
def send_due() -> None:
    """Send the SMS that are due."""
    actions.send_due(at=clock.now())
