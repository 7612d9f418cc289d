"""The cellar's tasks, by room."""

from foundation.messages.tasks import send_due
from foundation.outbox.tasks import relay
from foundation.users.tasks import clear_sessions

__all__ = ["clear_sessions", "relay", "send_due"]
