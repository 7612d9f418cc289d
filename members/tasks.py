"""This floor's tasks, by room."""

from members.joining.tasks import forget_drafts

__all__ = ["forget_drafts"]
