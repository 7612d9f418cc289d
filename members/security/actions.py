import datetime as dt
import hmac
import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext

from foundation.audit import actions as audit
from foundation.db import entry, step
from foundation.messages import actions as messages
from foundation.users import actions as users
from foundation.users.models import User
from members.security import queries, rules
from members.security.models import PaymentPin, ProofCode, WalletStop
from wallet.risk import actions as risk
from wallet.risk import queries as limits
from wallet.risk import rules as limits_rules


@step
def set_pin(
    *,
    user_id: int,
    pin: str,
    phone: str,
    at: dt.datetime,
    repeated: str | None = None,
    birthday: dt.date | None = None,
) -> None:
    """Set a member's payment PIN; a lock ends, because the person proved who they are.

    :raises rules.PinMissing: or PinNotSixDigits, PinWeak in its kinds, PinsDiffer
    """
    rules.check_new_pin(pin, phone=phone, birthday=birthday, repeated=repeated)
    PaymentPin.objects.update_or_create(
        user_id=user_id,
        defaults={
            "hash": make_password(pin),
            "failed_count": 0,
            "locked_until": None,
            "set_at": at,
        },
    )


@step
def check_pin(*, user_id: int, pin: str | None, at: dt.datetime) -> None:
    """Let the caller go on if the PIN is right. Locks the member's PIN row.

    A wrong PIN is counted, and its refusal commits the count although nothing else happened:
    call this before anything is written.

    :raises rules.PinMissing: or PinNotSixDigits, before anything is counted
    :raises rules.PinNotSet: there is none
    :raises rules.WrongPin: with the tries left
    :raises rules.PinLocked: too many wrong PINs
    """
    given = rules.check_form(pin or "")
    own = PaymentPin.objects.select_for_update().filter(user_id=user_id).first()
    if own is None:
        raise rules.PinNotSet("pin")
    rules.check_not_locked(locked_until=own.locked_until, at=at)
    if check_password(given, own.hash):
        if own.failed_count:
            PaymentPin.objects.filter(user_id=user_id).update(failed_count=0, locked_until=None)
        return
    failed = min(own.failed_count + 1, 1000)
    refusal = rules.refusal_after(failed_count=failed, at=at)
    PaymentPin.objects.filter(user_id=user_id).update(
        failed_count=failed, locked_until=refusal.fields.get("until")
    )
    raise refusal


@entry
def change_pin(
    *, user_id: int, phone: str, old_pin: str, new_pin: str, repeated: str, at: dt.datetime
) -> None:
    """Put a new PIN in the place of the old one, which has to be given; tell the phone.

    :raises rules.WrongPin: or PinLocked, for the old one
    :raises rules.PinWeak: and its kin, for the new one
    """
    rules.check_new_pin(new_pin, phone=phone, repeated=repeated)
    check_pin(user_id=user_id, pin=old_pin, at=at)
    set_pin(user_id=user_id, pin=new_pin, phone=phone, at=at)
    _tell_pin(user_id=user_id, phone=phone, act="members.change_pin", at=at)


@entry
def renew_pin(*, user_id: int, phone: str, pin: str, repeated: str, at: dt.datetime) -> None:
    """Set a PIN without the old one, and tell the phone.

    The caller has just seen the person prove who they are (`security.proof`).

    :raises rules.PinWeak: and its kin, PinsDiffer
    """
    set_pin(user_id=user_id, pin=pin, phone=phone, at=at, repeated=repeated)
    _tell_pin(user_id=user_id, phone=phone, act="members.renew_pin", at=at)


def _tell_pin(*, user_id: int, phone: str, act: str, at: dt.datetime) -> None:
    _record(user_id=user_id, actor_id=user_id, act=act, at=at)
    text = gettext(
        "[%(operator)s] Your payment PIN was changed. If it was not you, call %(care)s at once."
    )
    _tell(phone=phone, text=text, at=at)


# --- codes to the phone -----------------------------------------------------------------------


@entry
def send_text(*, phone: str, text: str, at: dt.datetime) -> None:
    """Send an SMS in a transaction of its own, for the sign-in library's adapter."""
    messages.send_sms(phone=phone, text=text, at=at)


@entry
def change_phone(
    *, user_id: int, before: str | None, phone: str, verified: bool, at: dt.datetime
) -> None:
    """Give a user another phone number, and tell the old phone, where its owner would see it."""
    users.set_phone(user_id=user_id, phone=phone, at=at if verified else None)
    if before and before != phone:
        _record(user_id=user_id, actor_id=user_id, act="members.change_phone", at=at)
        text = gettext(
            "[%(operator)s] Your wallet now belongs to another phone number."
            " If it was not you, call %(care)s at once."
        )
        _tell(phone=before, text=text, at=at)


def code_text(code: str) -> str:
    """Return the words of every SMS with a code, in the reader's language."""
    text = gettext(
        "[%(operator)s] Your code is %(code)s, valid for 15 minutes."
        " Nobody from us will ever ask for it."
    )
    return text % {"operator": settings.OPERATOR_NAME, "code": code}


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**6):06d}"


def hash_code(*, purpose: str, code: str) -> str:
    """Return what is kept of a code: useless without our key, and for another purpose."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"{purpose} {code}".encode(), "sha256").hex()


@entry
def send_proof(*, user_id: int, phone: str, at: dt.datetime) -> None:
    """Send a signed-in person a code, to prove that the phone is in their hand now.

    :raises rules.CodeTooSoon: or TooManyCodes
    """
    ProofCode.objects.get_or_create(user_id=user_id)
    proof = ProofCode.objects.select_for_update().get(user_id=user_id)
    count = rules.codes_after_one_more(
        sent_at=proof.code_sent_at, codes_sent=proof.codes_sent, at=at
    )
    rules.check_may_send(sent_at=proof.code_sent_at, sent_last_hour=count - 1, at=at)
    code = new_code()
    proof.code_hash = hash_code(purpose=f"proof {user_id}", code=code)
    proof.code_sent_at = at
    proof.code_tries = 0
    proof.codes_sent = count
    proof.save()
    messages.send_sms(phone=phone, text=code_text(code), at=at)


@entry
def check_proof(*, user_id: int, code: str, at: dt.datetime) -> None:
    """Let the caller go on if this is the newest code; it counts once.

    :raises rules.CodeMissing: before anything is counted
    :raises rules.WrongCode: or CodeSpent, counted
    :raises rules.CodeExpired: none sent, too old, used, or wrong too often
    """
    given = rules.check_code_form(code)
    proof = ProofCode.objects.select_for_update().filter(user_id=user_id).first()
    if proof is None or not proof.code_hash:
        raise rules.CodeExpired("code")
    rules.check_may_try(sent_at=proof.code_sent_at, tries=proof.code_tries, at=at)
    if not hmac.compare_digest(proof.code_hash, hash_code(purpose=f"proof {user_id}", code=given)):
        proof.code_tries += 1
        proof.save(update_fields=["code_tries"])
        raise rules.refusal_of_try(tries=proof.code_tries)
    proof.code_hash = ""
    proof.save(update_fields=["code_hash"])


# --- limits and stops -------------------------------------------------------------------------


@entry
def change_limit(
    *, user_id: int, which: str, amount_minor: int, pin: str | None, at: dt.datetime
) -> None:
    """Change one of the member's limits. To raise it takes the PIN, to lower it does not.

    :raises rules.PinMissing: a limit is raised and no PIN was given; nothing is counted
    :raises rules.WrongPin: or PinLocked, PinNotSet
    :raises rules.LimitNotOffered: or LimitUnknown
    :raises wallet.risk.rules.LimitsNotOrdered: it contradicts the other limits
    """
    before = limits.limits_of(user_id=user_id)
    after = rules.change_limit(before, which=which, amount_minor=amount_minor)
    limits_rules.check_limits(after)
    if rules.is_raised(before, after):
        check_pin(user_id=user_id, pin=pin, at=at)
    risk.set_limits(user_id=user_id, limits=after, at=at)
    _record(
        user_id=user_id,
        actor_id=user_id,
        act="members.change_limit",
        at=at,
        detail={"which": which, "amount_minor": amount_minor},
    )


@entry
def stop_wallet(*, user_id: int, phone: str, at: dt.datetime) -> None:
    """Stop the member's own wallet at once: it pays nothing. Stopping it twice is the same."""
    _stop(user_id=user_id, actor_id=user_id, by_operator=False, reason="", at=at)
    text = gettext(
        "[%(operator)s] Your wallet is stopped and pays nothing. Your money is still there."
        " If it was not you, call %(care)s."
    )
    _tell(phone=phone, text=text, at=at)


@entry
def start_wallet(*, user_id: int, phone: str, pin: str, at: dt.datetime) -> None:
    """Let the member's wallet pay again; takes the PIN.

    :raises rules.WrongPin: or PinLocked, PinNotSet, PinMissing
    :raises rules.StoppedByUs: the operator stopped it
    """
    if queries.is_stopped_by_operator(user_id=user_id):
        raise rules.StoppedByUs()
    check_pin(user_id=user_id, pin=pin, at=at)
    _start(user_id=user_id, actor_id=user_id, by_operator=False, reason="", at=at)
    text = gettext(
        "[%(operator)s] Your wallet works again. If it was not you, call %(care)s at once."
    )
    _tell(phone=phone, text=text, at=at)


@entry
def stop_by_operator(*, user_id: int, actor_id: int, reason: str, at: dt.datetime) -> None:
    """Stop a member's wallet for the operator: only the operator can start it again."""
    _stop(user_id=user_id, actor_id=actor_id, by_operator=True, reason=reason, at=at)


@entry
def start_by_operator(*, user_id: int, actor_id: int, reason: str, at: dt.datetime) -> None:
    """End every stop of a member's wallet, the member's own too (they asked for help)."""
    for by_operator in (True, False):
        _start(user_id=user_id, actor_id=actor_id, by_operator=by_operator, reason=reason, at=at)


def _stop(*, user_id: int, actor_id: int, by_operator: bool, reason: str, at: dt.datetime) -> None:
    WalletStop.objects.get_or_create(
        user_id=user_id,
        by_operator=by_operator,
        ended_at=None,
        defaults={"started_at": at, "started_by_id": actor_id, "reason": reason},
    )
    risk.freeze(user_id=user_id, at=at)
    _record(user_id=user_id, actor_id=actor_id, act="members.stop_wallet", at=at, reason=reason)


def _start(*, user_id: int, actor_id: int, by_operator: bool, reason: str, at: dt.datetime) -> None:
    risk.unfreeze(user_id=user_id, at=at)
    ended = WalletStop.objects.filter(
        user_id=user_id, by_operator=by_operator, ended_at__isnull=True
    ).update(ended_at=at, ended_by_id=actor_id)
    if ended:
        _record(
            user_id=user_id, actor_id=actor_id, act="members.start_wallet", at=at, reason=reason
        )


def _record(
    *,
    user_id: int,
    actor_id: int,
    act: str,
    at: dt.datetime,
    reason: str = "",
    detail: dict[str, str | int] | None = None,
) -> None:
    uid = User.objects.values_list("uid", flat=True).get(id=user_id)
    audit.record(
        at=at,
        actor_id=actor_id,
        act=act,
        target_kind="user",
        target_uid=str(uid),
        reason=reason,
        detail=detail,
    )


def _tell(*, phone: str, text: str, at: dt.datetime) -> None:
    names = {"operator": settings.OPERATOR_NAME, "care": settings.CARE_PHONE}
    messages.send_sms(phone=phone, text=text % names, at=at)
