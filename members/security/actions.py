import datetime as dt

from django.contrib.auth.hashers import check_password, make_password

from foundation.db import entry, step
from foundation.messages import actions as messages
from members.security import rules
from members.security.models import PaymentPin


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
    """Put a new PIN in the place of the old one, which has to be given.

    :raises rules.WrongPin: or PinLocked, for the old one
    :raises rules.PinWeak: and its kin, for the new one
    """
    rules.check_new_pin(new_pin, phone=phone, repeated=repeated)
    check_pin(user_id=user_id, pin=old_pin, at=at)
    set_pin(user_id=user_id, pin=new_pin, phone=phone, at=at)


@entry
def send_text(*, phone: str, text: str, at: dt.datetime) -> None:
    """Send an SMS in a transaction of its own, for the sign-in library's adapter."""
    messages.send_sms(phone=phone, text=text, at=at)
