import datetime as dt

from django.conf import settings

from foundation.db import entry, step
from foundation.messages.adapters import ADAPTERS, SmsRefused
from foundation.messages.models import OutgoingMessage

MOST_ATTEMPTS = 5
LEASE_SECONDS = 30


@step
def send_sms(*, phone: str, text: str, at: dt.datetime) -> None:
    """Write an SMS down for sending: E.164 number, at most 500 characters."""
    OutgoingMessage.objects.create(phone=phone, text=text[:500], created_at=at, due_at=at)


def send_due(*, at: dt.datetime, limit: int = 100) -> int:
    """Send what is due through the network's adapter; return how many were taken up.

    Each message is leased and committed before the network is asked, so that a crash sends it
    again after the lease rather than never.
    """
    taken = _lease(at=at, limit=limit)
    for message in taken:
        try:
            reference = ADAPTERS[settings.SMS_ADAPTER].send(phone=message.phone, text=message.text)
        except SmsRefused:
            _mark(message_id=message.pk, reference="", at=at)
        else:
            _mark(message_id=message.pk, reference=reference, at=at)
    return len(taken)


@entry
def _lease(*, at: dt.datetime, limit: int) -> list[OutgoingMessage]:
    due = list(
        OutgoingMessage.objects.filter(status=OutgoingMessage.Status.WAITING, due_at__lte=at)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True)[:limit]
    )
    for message in due:
        message.attempts += 1
        message.due_at = at + dt.timedelta(seconds=LEASE_SECONDS * 2**message.attempts)
    OutgoingMessage.objects.bulk_update(due, ["attempts", "due_at"])
    return due


@entry
def _mark(*, message_id: int, reference: str, at: dt.datetime) -> None:
    waiting = OutgoingMessage.objects.filter(id=message_id, status=OutgoingMessage.Status.WAITING)
    if reference:
        waiting.update(status=OutgoingMessage.Status.SENT, sent_at=at, provider_reference=reference)
    else:
        waiting.filter(attempts__gte=MOST_ATTEMPTS).update(status=OutgoingMessage.Status.FAILED)
