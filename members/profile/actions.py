import dataclasses
import datetime as dt
import uuid

from foundation.audit import actions as audit
from foundation.db import entry, step
from foundation.web import Look
from members.profile import rules
from members.profile.models import Notice, Profile


@dataclasses.dataclass(frozen=True)
class NewNotice:
    """A notice to write: the fact is told once; `about_uid` names the record it opens."""

    user_id: int
    kind: str
    fact_uid: uuid.UUID
    about_uid: uuid.UUID
    title: str
    amount_minor: int
    currency: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True)
class Revealed:
    """What a colleague asked to see."""

    phone: str
    display_name: str


@step
def create_profile(
    *, user_id: int, display_name: str, look: Look, language: str, at: dt.datetime
) -> None:
    """Give a new user a profile.

    :raises rules.DisplayNameMissing: and its kin, for a name that cannot stand
    """
    Profile.objects.create(
        user_id=user_id,
        display_name=rules.check_display_name(display_name),
        size=rules.check_size(look.size),
        contrast=rules.check_contrast(look.contrast),
        voice=look.voice,
        language=rules.check_language(language),
        created_at=at,
    )


@entry
def change_look(*, user_id: int, look: Look) -> None:
    """Keep how the member's pages look; a user without a profile keeps it in cookies only.

    :raises rules.ChoiceUnknown: no such size or contrast
    """
    Profile.objects.filter(user_id=user_id).update(
        size=rules.check_size(look.size),
        contrast=rules.check_contrast(look.contrast),
        voice=look.voice,
    )


@entry
def change_language(*, user_id: int, language: str) -> None:
    """Keep the language of the member's pages and messages.

    :raises rules.ChoiceUnknown: no such language
    """
    Profile.objects.filter(user_id=user_id).update(language=rules.check_language(language))


@entry
def rename(*, user_id: int, display_name: str) -> None:
    """Give the member another name.

    :raises rules.DisplayNameMissing: and its kin, for a name that cannot stand
    """
    Profile.objects.filter(user_id=user_id).update(
        display_name=rules.check_display_name(display_name)
    )


@entry
def change_profile(
    *,
    user_id: int,
    display_name: str | None = None,
    look: Look | None = None,
    language: str | None = None,
) -> None:
    """Change what is given, all of it or nothing.

    :raises rules.DisplayNameMissing: and its kin, for a name that cannot stand
    :raises rules.ChoiceUnknown: no such size, contrast or language
    :raises rules.NotMember: the user has no wallet
    """
    changes: dict[str, str | bool] = {}
    if display_name is not None:
        changes["display_name"] = rules.check_display_name(display_name)
    if look is not None:
        changes["size"] = rules.check_size(look.size)
        changes["contrast"] = rules.check_contrast(look.contrast)
        changes["voice"] = look.voice
    if language is not None:
        changes["language"] = rules.check_language(language)
    own = Profile.objects.filter(user_id=user_id)
    if not (own.update(**changes) if changes else own.exists()):
        raise rules.NotMember()


@entry
def reveal(*, user_id: int, actor_id: int, reason: str, at: dt.datetime) -> Revealed:
    """Show a member's phone number and name to the operator's staff, and write down why.

    :raises rules.NotMember: the user has no wallet
    """
    own = Profile.objects.select_related("user").filter(user_id=user_id).first()
    if own is None:
        raise rules.NotMember()
    audit.record(
        at=at,
        actor_id=actor_id,
        act="members.reveal",
        target_kind="user",
        target_uid=str(own.user.uid),
        reason=reason,
    )
    return Revealed(phone=own.user.phone or "", display_name=own.display_name)


@step
def write_notices(*, notices: list[NewNotice]) -> None:
    """Tell members of facts; a fact that was told is not told again."""
    Notice.objects.bulk_create(
        [Notice(**dataclasses.asdict(notice)) for notice in notices],
        ignore_conflicts=True,
        batch_size=1000,
    )


@entry
def mark_read(*, user_id: int, up_to_id: int, at: dt.datetime) -> None:
    """Mark the member's notices as read, up to and with this one."""
    Notice.objects.filter(user_id=user_id, id__lte=up_to_id, read_at__isnull=True).update(
        read_at=at
    )
