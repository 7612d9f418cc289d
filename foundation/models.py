"""The cellar's tables, by room."""

from foundation.audit.models import AuditRecord
from foundation.idempotency.models import IdempotencyKey
from foundation.jobs.models import Job
from foundation.messages.models import OutgoingMessage
from foundation.outbox.models import Delivery, OutboxEvent
from foundation.users.models import User

__all__ = [
    "AuditRecord",
    "Delivery",
    "IdempotencyKey",
    "Job",
    "OutboxEvent",
    "OutgoingMessage",
    "User",
]
