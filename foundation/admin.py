"""The cellar's back-office pages, by room."""

from foundation.audit.admin import AuditRecordAdmin
from foundation.idempotency.admin import IdempotencyKeyAdmin
from foundation.jobs.admin import JobAdmin
from foundation.messages.admin import OutgoingMessageAdmin
from foundation.outbox.admin import DeliveryAdmin, OutboxEventAdmin
from foundation.users.admin import OperatorGroupAdmin, UserAdmin

__all__ = [
    "AuditRecordAdmin",
    "DeliveryAdmin",
    "IdempotencyKeyAdmin",
    "JobAdmin",
    "OperatorGroupAdmin",
    "OutboxEventAdmin",
    "OutgoingMessageAdmin",
    "UserAdmin",
]
