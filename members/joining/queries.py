import dataclasses
import datetime as dt

from foundation.errors import Refusal
from members.joining import rules
from members.joining.models import JoinDraft
from members.profile.rules import normalise_phone


@dataclasses.dataclass(frozen=True)
class DraftState:
    """How far a draft is. `step` is the next step to do, or "done"."""

    token: str
    phone: str
    display_name: str
    step: str
    code_sent_at: dt.datetime | None
    verified_at: dt.datetime | None
    user_id: int | None


def get_draft(*, token: str, at: dt.datetime) -> DraftState:
    """Return the draft of this secret token.

    :raises rules.DraftMissing: unknown, or older than its seven days
    """
    draft = JoinDraft.objects.filter(token=token, expires_at__gt=at).first() if token else None
    if draft is None:
        raise rules.DraftMissing()
    return state_of(draft)


def state_of(draft: JoinDraft) -> DraftState:
    """Return how far a draft is."""
    step = "code"
    if draft.user_id:
        step = "done"
    elif draft.verified_at:
        step = "pin" if draft.display_name else "name"
    return DraftState(
        token=draft.token,
        phone=draft.phone,
        display_name=draft.display_name,
        step=step,
        code_sent_at=draft.code_sent_at,
        verified_at=draft.verified_at,
        user_id=draft.user_id,
    )


def is_same_phone(*, draft: DraftState, typed: str) -> bool:
    """Return whether a typed number is the one of the draft."""
    try:
        return normalise_phone(typed) == draft.phone
    except Refusal:
        return False
