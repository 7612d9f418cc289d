import dataclasses

from django.db.models import Count, Q

from foundation.outbox.models import Delivery, OutboxEvent


@dataclasses.dataclass(frozen=True)
class OutboxFigures:
    """How many events wait, and how many deliveries are to be retried or are dead."""

    waiting: int
    retrying: int
    dead: int


def get_figures() -> OutboxFigures:
    """Return the outbox's figures for the back office and the readiness page."""
    failed = Delivery.objects.filter(status__in=["retry", "dead"]).aggregate(
        retrying=Count("id", filter=Q(status="retry")), dead=Count("id", filter=Q(status="dead"))
    )
    return OutboxFigures(
        waiting=OutboxEvent.objects.filter(relayed_at__isnull=True).count(), **failed
    )
