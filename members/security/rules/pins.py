"""The payment PIN: which ones are refused, and how guessing is slowed down."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Refusal

PIN_LENGTH: Final = 6

LOCKS: Final = {
    3: timedelta(minutes=1),
    4: timedelta(minutes=5),
    5: timedelta(minutes=15),
    6: timedelta(hours=1),
}
"""How long the PIN is locked after this many wrong PINs in a row."""
LONGEST_LOCK: Final = timedelta(hours=24)
"""The lock after any more wrong PINs than ``LOCKS`` names."""

_FIRST_LOCK: Final = min(LOCKS)
_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")
_UPWARD: Final = "012345678901234"
# Chosen often although no rule below finds them: walks over the keypad, and numbers
# that sound like a wish or "I love you" in Chinese (520, 1314, 168).
# fmt: off
_POPULAR: Final = frozenset(
    {
        "147258", "258369", "369258", "258147", "147852", "159357", "357159", "159753", "753159",
        "147369", "741852", "852963", "963852", "789456", "456123", "123789", "321654", "123654",
        "654123", "124578", "235689", "131420", "521314", "201314", "168888", "168999", "100200",
        "102030", "112358", "314159",
    }
)
# fmt: on


class PinMissing(Refusal):
    """Say that no PIN was entered."""

    code = "pin_missing"
    status = 422
    sentence = _("Enter your 6-digit payment PIN.")


class PinNotSet(Refusal):
    """Say that a member has no PIN yet."""

    code = "pin_not_set"
    sentence = _("You have no payment PIN yet. Set one in your settings, then pay again.")


class PinNotSixDigits(Refusal):
    """Say that a PIN has another form."""

    code = "pin_not_six_digits"
    status = 422
    sentence = _("A payment PIN has exactly 6 digits from 0 to 9. Enter it again.")


class PinWeak(Refusal):
    """Be the family of PINs that are too easy to guess."""

    code = "pin_weak"
    status = 422
    sentence = _("This PIN is easy to guess. Choose another one.")


class PinWeakSequence(PinWeak):
    """Say that a PIN counts up or down."""

    code = "pin_weak_sequence"
    sentence = _(
        "A PIN that counts up or down, such as 123456, is easy to guess."
        " Choose six digits without an order."
    )


class PinWeakRepeated(PinWeak):
    """Say that a PIN repeats itself."""

    code = "pin_weak_repeated"
    sentence = _(
        "A PIN that repeats its digits, such as 111111 or 121212, is easy to guess."
        " Choose six more different digits."
    )


class PinWeakBirthday(PinWeak):
    """Say that a PIN looks like a date."""

    code = "pin_weak_birthday"
    sentence = _(
        "This PIN looks like a date, and dates are easy to guess."
        " Choose six digits that are nobody's birthday."
    )


class PinWeakPhone(PinWeak):
    """Say that a PIN is a part of the phone number."""

    code = "pin_weak_phone"
    sentence = _(
        "This PIN is part of your phone number, which others know. Choose six other digits."
    )


class PinWeakPopular(PinWeak):
    """Say that many people choose this PIN."""

    code = "pin_weak_popular"
    sentence = _("Many people choose this PIN, so it is easy to guess. Choose another one.")


class PinsDiffer(Refusal):
    """Say that the PIN and its repetition are not the same."""

    code = "pins_differ"
    status = 422
    sentence = _("The two PINs are not the same. Enter the same PIN twice.")


class WrongPin(Refusal):
    """Say that a PIN is wrong. Field: ``tries_left`` before the next lock.

    The count of wrong PINs is kept although the act is not done.
    """

    code = "wrong_pin"
    status = 403
    commits = True
    sentence = _(
        "This PIN is not right, so nothing was done. Tries left: %(tries_left)s. Enter it again."
    )


class PinLocked(Refusal):
    """Say that no PIN is taken for now. Field: ``until`` (aware datetime)."""

    code = "pin_locked"
    status = 429
    commits = True
    sentence = _(
        "The PIN was wrong too many times, so it is locked until %(until)s and nothing was done."
        " Wait until then, or set a new PIN with a code sent to your phone."
    )


def check_form(pin: str, *, field: str = "pin") -> str:
    """Give back a PIN of exactly six ASCII digits, as it is.

    :raises PinMissing: PinNotSixDigits.
    """
    if not pin:
        raise PinMissing(field)
    if not _SIX_DIGITS.fullmatch(pin):
        raise PinNotSixDigits(field)
    return pin


def check_new_pin(
    pin: str,
    *,
    phone: str = "",
    birthday: date | None = None,
    repeated: str | None = None,
    field: str = "pin",
) -> str:
    """Give back a PIN that may be set.

    Refuses six digits that count up or down (also over 9 to 0), repeat themselves (two
    different digits at most, a repeated pair or triple, three double digits, a mirror),
    are a date (yymmdd of any year; every usual order when the birthday is known), stand
    in the phone number, or are chosen by many.

    :param phone: the member's phone number in any form.
    :param repeated: the PIN entered a second time, where a form asks for it.
    :raises PinMissing: PinNotSixDigits, PinWeak (in its kinds), PinsDiffer.
    """
    check_form(pin, field=field)
    if pin in _UPWARD or pin in _UPWARD[::-1]:
        raise PinWeakSequence(field)
    if _repeats(pin):
        raise PinWeakRepeated(field)
    if _is_date(pin) or (birthday is not None and pin in _birthday_forms(birthday)):
        raise PinWeakBirthday(field)
    if pin in re.sub("[^0-9]", "", phone):
        raise PinWeakPhone(field)
    if pin in _POPULAR:
        raise PinWeakPopular(field)
    if repeated is not None and repeated != pin:
        raise PinsDiffer(f"{field}_repeated")
    return pin


def _repeats(pin: str) -> bool:
    return (
        len(set(pin)) <= 2
        or pin[:2] * 3 == pin
        or pin[:3] * 2 == pin
        or pin[::2] == pin[1::2]
        or pin == pin[::-1]
    )


def _is_date(pin: str) -> bool:
    year, month, day = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _birthday_forms(birthday: date) -> frozenset[str]:
    year, month, day = f"{birthday.year:04d}", f"{birthday.month:02d}", f"{birthday.day:02d}"
    short = year[2:]
    forms = {
        short + month + day,
        short + day + month,
        month + day + short,
        day + month + short,
        month + short + day,
        day + short + month,
        year + month,
        year + day,
        month + year,
        day + year,
        f"{year}{birthday.month}{birthday.day}",
        f"{birthday.month}{birthday.day}{year}",
        f"{birthday.day}{birthday.month}{year}",
        month + day + month,
        month + day + day,
    }
    return frozenset(form for form in forms if len(form) == PIN_LENGTH)


def lock_after(failed_count: int) -> timedelta | None:
    """Give the lock that follows this many wrong PINs in a row, None for no lock yet."""
    if failed_count < _FIRST_LOCK:
        return None
    return LOCKS.get(failed_count, LONGEST_LOCK)


def check_not_locked(*, locked_until: datetime | None, at: datetime) -> None:
    """Let a PIN be tried unless it is locked; at ``locked_until`` itself it is free.

    :raises PinLocked: with ``until``.
    """
    if locked_until is not None and at < locked_until:
        raise PinLocked("pin", until=locked_until)


def refusal_after(*, failed_count: int, at: datetime) -> WrongPin | PinLocked:
    """Give the refusal to raise after the ``failed_count``-th wrong PIN in a row.

    The caller stores ``failed_count`` and, for a ``PinLocked``, its field ``until``,
    and raises the refusal: both commit what was stored. A right PIN sets the count to 0.
    """
    lock = lock_after(failed_count)
    if lock is None:
        return WrongPin("pin", tries_left=_FIRST_LOCK - failed_count)
    return PinLocked("pin", until=at + lock)
