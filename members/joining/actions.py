import datetime as dt
import hmac
import secrets

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext

from foundation.db import entry, step
from foundation.messages import actions as messages
from foundation.outbox import actions as outbox
from foundation.users import actions as users
from foundation.users.models import User
from foundation.users.queries import find_by_phone
from foundation.web import Look
from members.joining import rules
from members.joining.events import MemberJoined
from members.joining.models import JoinDraft
from members.joining.queries import DraftState, state_of
from members.profile import actions as profile
from members.profile.rules import check_display_name, normalise_phone
from members.security import actions as security
from members.security.rules import (
    check_code_form,
    check_may_send,
    check_may_try,
    check_new_pin,
    codes_after_one_more,
    refusal_of_try,
)
from wallet.ledger import actions as ledger
from wallet.ledger.rules import MEMBER_CASH

CURRENCY = "CNY"


@entry
def begin(*, phone: str, at: dt.datetime) -> DraftState:
    """Open a draft for a phone number and send it a code.

    A number that has a wallet gets a message that says so instead of a code; the page cannot
    tell the difference, so that strangers learn nothing.

    :raises members.profile.rules.PhoneMissing: or PhoneNotValid, PhoneNotMobile
    :raises members.security.rules.CodeTooSoon: or TooManyCodes
    """
    number = normalise_phone(phone)
    draft = JoinDraft.objects.create(
        token=secrets.token_urlsafe(32),
        phone=number,
        created_at=at,
        expires_at=at + dt.timedelta(days=rules.DRAFT_DAYS),
    )
    _send_code(draft=draft, at=at)
    return state_of(draft)


@entry
def send_again(*, token: str, at: dt.datetime) -> DraftState:
    """Send a new code; the one before is void.

    :raises members.security.rules.CodeTooSoon: or TooManyCodes
    :raises rules.DraftMissing: unknown or too old
    """
    draft = _lock(token=token, at=at)
    if draft.verified_at is None:
        _send_code(draft=draft, at=at)
    return state_of(draft)


@entry
def confirm_code(*, token: str, code: str, at: dt.datetime) -> DraftState:
    """Prove the phone number by the code sent to it.

    :raises members.security.rules.CodeMissing: not six digits; not counted
    :raises members.security.rules.WrongCode: or CodeSpent; counted, five tries a code
    :raises members.security.rules.CodeExpired: after 15 minutes, or without tries left
    """
    draft = _lock(token=token, at=at)
    if draft.verified_at:
        return state_of(draft)
    given = check_code_form(code)
    check_may_try(sent_at=draft.code_sent_at, tries=draft.code_tries, at=at)
    if not hmac.compare_digest(draft.code_hash, _hash(draft.token, given)):
        draft.code_tries += 1
        draft.save(update_fields=["code_tries"])
        raise refusal_of_try(tries=draft.code_tries)
    draft.verified_at = at
    draft.code_hash = ""
    draft.save(update_fields=["verified_at", "code_hash"])
    return state_of(draft)


@entry
def keep_name(*, token: str, display_name: str, at: dt.datetime) -> DraftState:
    """Keep the name that others will see.

    :raises members.profile.rules.DisplayNameMissing: and its kin
    :raises rules.StepMissing: the phone number is not proven yet
    """
    draft = _lock(token=token, at=at)
    if draft.verified_at is None:
        raise rules.StepMissing()
    if draft.user_id is None:
        draft.display_name = check_display_name(display_name)
        draft.save(update_fields=["display_name"])
    return state_of(draft)


@entry
def finish(
    *, token: str, pin: str, repeated: str, look: Look, language: str, at: dt.datetime
) -> User:
    """Open the wallet: user, profile, PIN and cash account, once however often it is asked.

    Asked again within ten minutes, and with the right PIN, it gives the same user: the draft's
    link alone must not sign anybody in. Publishes MemberJoined.

    :raises members.security.rules.PinWeak: and its kin; WrongPin, PinLocked when asked again
    :raises rules.StepMissing: a step before is not done
    :raises rules.PhoneTaken: somebody opened a wallet with this number meanwhile
    """
    draft = _lock(token=token, at=at)
    if draft.user_id:
        security.check_pin(user_id=draft.user_id, pin=pin, at=at)
        return User.objects.get(id=draft.user_id)
    if draft.verified_at is None or not draft.display_name:
        raise rules.StepMissing()
    check_new_pin(pin, phone=draft.phone, repeated=repeated)
    user = open_wallet(
        phone=draft.phone,
        display_name=draft.display_name,
        pin=pin,
        look=look,
        language=language,
        at=at,
    )
    draft.user = user
    draft.expires_at = at + dt.timedelta(minutes=rules.REPLAY_MINUTES)
    draft.save(update_fields=["user", "expires_at"])
    return user


@step
def open_wallet(
    *, phone: str, display_name: str, pin: str | None, look: Look, language: str, at: dt.datetime
) -> User:
    """Make a member with a cash account; publishes MemberJoined.

    :raises rules.PhoneTaken: the number has a wallet
    """
    try:
        with transaction.atomic():
            user = users.create_user(phone=phone, at=at)
    except IntegrityError as error:
        raise rules.PhoneTaken() from error
    profile.create_profile(
        user_id=user.pk, display_name=display_name, look=look, language=language, at=at
    )
    if pin is not None:
        security.set_pin(user_id=user.pk, pin=pin, phone=phone, at=at)
    ledger.open_account(code=MEMBER_CASH, owner_uid=user.uid, currency=CURRENCY)
    outbox.publish(event=MemberJoined(uid=user.uid, user_id=user.pk, joined_at=at))
    return user


@entry
def forget_drafts(*, at: dt.datetime, limit: int = 1000) -> int:
    """Delete drafts that are past their seven days; return how many."""
    old = JoinDraft.objects.filter(expires_at__lt=at).order_by("expires_at")[:limit]
    return JoinDraft.objects.filter(id__in=list(old.values_list("id", flat=True))).delete()[0]


def _lock(*, token: str, at: dt.datetime) -> JoinDraft:
    draft = JoinDraft.objects.select_for_update().filter(token=token, expires_at__gt=at).first()
    if draft is None:
        raise rules.DraftMissing()
    return draft


def _send_code(*, draft: JoinDraft, at: dt.datetime) -> None:
    # Two requests for one number at once would each find that no code was sent lately.
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"join {draft.phone}"]
        )
    lately = JoinDraft.objects.filter(
        phone=draft.phone, code_sent_at__gt=at - dt.timedelta(hours=1)
    ).aggregate(last=Max("code_sent_at"), count=Sum("codes_sent", default=0))
    check_may_send(sent_at=lately["last"], sent_last_hour=lately["count"], at=at)
    code = security.new_code()
    taken = find_by_phone(phone=draft.phone) is not None
    draft.codes_sent = codes_after_one_more(
        sent_at=draft.code_sent_at, codes_sent=draft.codes_sent, at=at
    )
    # A taken number keeps the hash of a code that nobody was sent.
    draft.code_hash = _hash(draft.token, code)
    draft.code_sent_at = at
    draft.code_tries = 0
    draft.save(update_fields=["code_hash", "code_sent_at", "code_tries", "codes_sent"])
    text = _taken_text() if taken else security.code_text(code)
    messages.send_sms(phone=draft.phone, text=text, at=at)


def _taken_text() -> str:
    text = gettext("[%(operator)s] Your number has a wallet already. Sign in at %(link)s.")
    link = f"{settings.SITE_URL}/accounts/login/"
    return text % {"operator": settings.OPERATOR_NAME, "link": link}


def _hash(token: str, code: str) -> str:
    return security.hash_code(purpose=f"join {token}", code=code)
