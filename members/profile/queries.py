import dataclasses
import datetime as dt
import uuid

from foundation.money import Money
from foundation.users.models import User
from foundation.web import Look
from members.profile import rules
from members.profile.models import Notice, Profile


@dataclasses.dataclass(frozen=True)
class MemberDisplay:
    """What pages show of a member, and how they show it."""

    user_id: int
    display_name: str
    look: Look
    language: str


@dataclasses.dataclass(frozen=True)
class NoticeLine:
    """One notice. `kind` is paid, refunded, top_up_confirmed or top_up_failed."""

    id: int
    kind: str
    about_uid: uuid.UUID
    title: str
    amount: Money
    at: dt.datetime
    unread: bool


def find_display(*, user_id: int) -> MemberDisplay | None:
    """Return the member's display facts, or None for a user who is no member."""
    profile = Profile.objects.filter(user_id=user_id).first()
    if profile is None:
        return None
    return MemberDisplay(
        user_id=user_id,
        display_name=profile.display_name,
        look=Look(size=profile.size, contrast=profile.contrast, voice=profile.voice),
        language=profile.language,
    )


def get_display(*, user_id: int) -> MemberDisplay:
    """Return the member's display facts.

    :raises rules.NotMember: the user has no wallet, such as the operator's staff
    """
    display = find_display(user_id=user_id)
    if display is None:
        raise rules.NotMember()
    return display


def display_name_of(user: User) -> str:
    """Return what to call a user, for the sign-in library: the name, else the masked phone."""
    display = find_display(user_id=user.pk)
    return display.display_name if display else rules.mask_phone(user.phone or "")


def count_unread(*, user_id: int) -> int:
    """Return how many notices the member has not read, counted up to 100."""
    return Notice.objects.filter(user_id=user_id, read_at__isnull=True)[:100].count()


def list_notices(
    *, user_id: int, before_id: int | None = None, limit: int = 20
) -> list[NoticeLine]:
    """Return the member's notices, the newest first, from below `before_id`."""
    rows = Notice.objects.filter(user_id=user_id).order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [
        NoticeLine(
            id=row.id,
            kind=row.kind,
            about_uid=row.about_uid,
            title=row.title,
            amount=Money(row.amount_minor, row.currency),
            at=row.at,
            unread=row.read_at is None,
        )
        for row in rows[:limit]
    ]
