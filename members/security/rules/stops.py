"""Stopping a wallet, and the limits that a member may choose."""

from __future__ import annotations

from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal
from wallet.risk.rules import Limits

LIMIT_CHOICES: Final = {
    "one_tap": (0, 5_000, 10_000, 20_000, 50_000, 100_000),
    "per_payment": (50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000),
    "per_day": (100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000),
}
"""What each limit may be set to, in fen. 0 without PIN means that the PIN is always asked."""


class StoppedByUs(Refusal):
    """Say that the operator stopped the wallet, so that its member cannot start it."""

    code = "stopped_by_operator"
    status = 403
    sentence = _(
        "We stopped this wallet ourselves, for your safety, so it cannot be started here."
        " Your money is still there. Please call us."
    )


class LimitUnknown(Missing):
    """Say that there is no such limit."""

    code = "limit_unknown"


class LimitNotOffered(Refusal):
    """Say that a limit was set to an amount that is not on the list."""

    code = "limit_not_offered"
    status = 422
    sentence = _("Please choose one of the amounts in the list.")


def change_limit(limits: Limits, *, which: str, amount_minor: int) -> Limits:
    """Give the limits with one of them changed, in fen.

    An amount that a limit has already may be kept, also one that is not offered.

    :raises LimitUnknown: LimitNotOffered
    """
    if which not in LIMIT_CHOICES:
        raise LimitUnknown()
    now = {
        "one_tap": limits.one_tap_minor,
        "per_payment": limits.per_payment_minor,
        "per_day": limits.per_day_minor,
    }
    if amount_minor not in (*LIMIT_CHOICES[which], now[which]):
        raise LimitNotOffered("amount")
    changed = {**now, which: amount_minor}
    return Limits(
        one_tap_minor=changed["one_tap"],
        per_payment_minor=changed["per_payment"],
        per_day_minor=changed["per_day"],
    )


def is_raised(before: Limits, after: Limits) -> bool:
    """Tell whether any limit grew: that takes the PIN, because it weakens a guard."""
    return (
        after.one_tap_minor > before.one_tap_minor
        or after.per_payment_minor > before.per_payment_minor
        or after.per_day_minor > before.per_day_minor
    )
