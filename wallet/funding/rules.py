"""Limits of a top-up, its states, when the bank is asked, and what is refused."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from foundation.check_digits import luhn_digit
from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal
from foundation.money import Money, check_amount

CURRENCY: Final = "CNY"
MINIMUM_MINOR: Final = 100
"""The least that one top-up may be, in minor units (¥1)."""
MAXIMUM_MINOR: Final = 5_000_000
"""The most that one top-up may be, in minor units (¥50,000)."""

TOP_UP_MOVES: Final[Mapping[str, frozenset[str]]] = {
    "started": frozenset({"unknown", "confirmed", "failed", "expired"}),
    "unknown": frozenset({"confirmed", "failed", "expired"}),
    # The bank's yes counts however late it comes: the member's money is there.
    "expired": frozenset({"confirmed"}),
    "confirmed": frozenset(),
    "failed": frozenset(),
}

ASK_AFTER_SECONDS: Final = (45, 60, 120, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""The bank is asked this long after the start, and then again and again ever later."""
GIVE_UP_AFTER: Final = dt.timedelta(days=3)

CALLBACK_TOLERANCE_SECONDS: Final = 300
CALLBACK_TRIES: Final = 8

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://tongbao.example/funding")


class TopUpTooSmall(Refusal):
    """Say that a top-up is below the least. Field: ``minimum`` (Money)."""

    code = "top_up_too_small"
    status = 422
    sentence = _("The least you can put in at once is %(minimum)s. Enter a larger amount.")


class TopUpTooLarge(Refusal):
    """Say that a top-up is above the most. Field: ``maximum`` (Money)."""

    code = "top_up_too_large"
    status = 422
    sentence = _("The most you can put in at once is %(maximum)s. Enter a smaller amount.")


class TopUpCurrency(Refusal):
    """Say that the rail carries another currency. Fields: ``wanted``, ``given``."""

    code = "top_up_currency"
    status = 422
    sentence = _("You can put in money in %(wanted)s, not in %(given)s. Nothing was moved.")


class TopUpUnknown(Missing):
    """Say that there is no such top-up, or not for this reader."""

    code = "top_up_unknown"
    sentence = _("We could not find this top-up. Look for it in your history.")


class CallbackRefused(Refusal):
    """Say to whoever called that the call is not signed by the bank, or too old."""

    code = "callback_refused"
    status = 401
    sentence = _("This call is not signed as agreed, or too old. Nothing was changed.")


class CallbackContradicts(Refusal):
    """Say that the bank's answer does not fit what it said before, or another amount."""

    code = "callback_contradicts"
    sentence = _("This answer contradicts what is known of the top-up. Nothing was changed.")


def check_top_up(amount: Money) -> Money:
    """Give the amount back when it can be put in at once.

    :raises AmountNotPositive: zero or negative
    :raises TopUpTooSmall: TopUpTooLarge: TopUpCurrency: as their names say
    """
    if amount.currency != CURRENCY:
        raise TopUpCurrency("amount", wanted=CURRENCY, given=amount.currency)
    check_amount(amount_minor=amount.amount_minor, currency=amount.currency)
    if amount.amount_minor < MINIMUM_MINOR:
        raise TopUpTooSmall("amount", minimum=Money(MINIMUM_MINOR, CURRENCY))
    if amount.amount_minor > MAXIMUM_MINOR:
        raise TopUpTooLarge("amount", maximum=Money(MAXIMUM_MINOR, CURRENCY))
    return amount


def next_question(*, asked_count: int, at: dt.datetime) -> dt.datetime:
    """Give when the bank is asked next after so many questions."""
    seconds = ASK_AFTER_SECONDS[min(asked_count, len(ASK_AFTER_SECONDS) - 1)]
    return at + dt.timedelta(seconds=seconds)


def new_reference(*, day: dt.date) -> str:
    """Draw a reference that people read out: date, 11 random digits, a Luhn digit."""
    body = f"{day:%Y%m%d}{secrets.randbelow(10**11):011d}"
    return body + luhn_digit(body)


def journal_uid_of(top_up_uid: UUID) -> UUID:
    """Give the uid of the journal that a confirmed top-up posts: only one."""
    return uuid5(_NAMESPACE, f"confirmed:{top_up_uid}")


def rail_uid_of(rail: str) -> UUID:
    """Give the uid under which a rail owns its clearing account."""
    return uuid5(_NAMESPACE, f"rail:{rail}")


# --- how the sandbox bank behaves ---------------------------------------------------------------


def sandbox_fails(amount_minor: int) -> bool:
    """Tell whether the sandbox bank refuses this amount: it ends in .13."""
    return amount_minor % 100 == 13


def sandbox_delay(*, amount_minor: int, order_uid: UUID) -> dt.timedelta:
    """Give how long the sandbox bank thinks: 1 to 3 seconds, or 30 when it ends in .17."""
    if amount_minor % 100 == 17:
        return dt.timedelta(seconds=30)
    return dt.timedelta(milliseconds=1000 + order_uid.int % 2000)


def sandbox_calls(amount_minor: int) -> int:
    """Give how often the sandbox bank calls back: twice for .19, never for .23, else once."""
    return {19: 2, 23: 0}.get(amount_minor % 100, 1)
