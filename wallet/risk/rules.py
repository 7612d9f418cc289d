"""Limits of a member, and the decision whether a payment may go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Refusal
from foundation.money import Money

ONE_TAP_MINOR: Final = 20_000
"""Up to this a payment needs no PIN, in minor units (¥200)."""
PER_PAYMENT_MINOR: Final = 500_000
"""The most that one payment may be, in minor units (¥5,000)."""
PER_DAY_MINOR: Final = 1_000_000
"""The most that a member may pay in one day, in minor units (¥10,000)."""


class ChallengeNeeded(Refusal):
    """Ask for the payment PIN. Not an answer to keep: the same key continues with a PIN."""

    code = "pin_required"
    status = 403
    sentence = _("Enter your payment PIN to confirm this payment.")


class PerPaymentLimit(Refusal):
    """Say that one payment is above the member's limit. Field: ``limit`` (Money)."""

    code = "per_payment_limit"
    sticks = True
    sentence = _(
        "One payment may be at most %(limit)s and nothing was paid."
        " Pay a smaller amount, or change the limit in your settings."
    )


class DailyLimit(Refusal):
    """Say that the day's limit would be exceeded. Fields: ``limit``, ``left`` (Money)."""

    code = "daily_limit"
    sticks = True
    sentence = _(
        "You can still pay %(left)s today; your limit for a day is %(limit)s. Nothing was paid."
        " Pay a smaller amount, wait until tomorrow, or change the limit in your settings."
    )


class WalletFrozen(Refusal):
    """Say that a wallet is stopped. Field: ``frozen_at``."""

    code = "wallet_frozen"
    status = 403
    sticks = True
    sentence = _(
        "Your wallet is stopped for your safety and nothing was paid."
        " Your money is still there. Ask for help on the help page."
    )


class LimitsNotOrdered(Refusal):
    """Say that limits contradict each other."""

    code = "limits_not_ordered"
    status = 422
    sentence = _(
        "The amount without PIN cannot be above the limit of one payment,"
        " and that one cannot be above the limit of a day. Please change one of them."
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """A member's limits, in minor units of the payment's currency."""

    one_tap_minor: int = ONE_TAP_MINOR
    per_payment_minor: int = PER_PAYMENT_MINOR
    per_day_minor: int = PER_DAY_MINOR


def check_limits(limits: Limits) -> Limits:
    """Give the limits back when 0 ≤ one tap ≤ per payment ≤ per day.

    :raises LimitsNotOrdered: otherwise.
    """
    if 0 <= limits.one_tap_minor <= limits.per_payment_minor <= limits.per_day_minor:
        return limits
    raise LimitsNotOrdered


def decide(
    *,
    limits: Limits,
    amount: Money,
    spent_today_minor: int,
    challenged: bool,
    frozen_at: datetime | None = None,
) -> None:
    """Let a payment pass, or raise the first reason against it.

    Hard limits come before the PIN: nobody types a PIN for a payment that is declined
    anyway. Amounts exactly at a limit pass.

    :param spent_today_minor: what the member paid since 00:00 in Shanghai, without
        this payment, in minor units.
    :param challenged: whether the right PIN was given for this payment.
    :raises WalletFrozen: PerPaymentLimit, DailyLimit, ChallengeNeeded.
    """
    if frozen_at is not None:
        raise WalletFrozen(frozen_at=frozen_at)
    if amount.amount_minor > limits.per_payment_minor:
        raise PerPaymentLimit("amount", limit=Money(limits.per_payment_minor, amount.currency))
    left_minor = max(0, limits.per_day_minor - spent_today_minor)
    if amount.amount_minor > left_minor:
        raise DailyLimit(
            "amount",
            limit=Money(limits.per_day_minor, amount.currency),
            left=Money(left_minor, amount.currency),
        )
    if amount.amount_minor > limits.one_tap_minor and not challenged:
        raise ChallengeNeeded("pin")
