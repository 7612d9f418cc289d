"""Shapes, the chart of accounts, and what the ledger refuses.

Sign: entry amounts are signed, a credit is positive. Member cash above zero is the member's
money; rail clearing goes below zero when money comes in.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal

# --- the chart of accounts ------------------------------------------------------------------
MEMBER_CASH: Final = "member.cash"
MEMBER_BONUS: Final = "member.bonus"
MEMBER_POINTS: Final = "member.points"
MERCHANT_PAYABLE: Final = "merchant.payable"
MERCHANT_RESERVE: Final = "merchant.reserve"
FEE_INCOME: Final = "fee.income"
MARKETING_BUDGET: Final = "marketing.budget"
POINTS_ISSUED: Final = "points.issued"
CHARITY: Final = "charity"
RAIL_CLEARING: Final = "rail.clearing"
FX_LIQUIDITY: Final = "fx.liquidity"
FX_INCOME: Final = "fx.income"
SUSPENSE: Final = "suspense"

# --- how an account is kept -----------------------------------------------------------------
INLINE: Final = "inline"
"""The balance stands in the account's row; each leg updates it under the row's lock."""
FOLD: Final = "fold"
"""Credits are appended without touching the row; a worker, or the next debit, folds them in."""
STRIPED: Final = "striped"
"""The balance lies in several sub-accounts, so that many can post at once."""
STRIPE: Final = "stripe"
"""One sub-account of a striped account; nobody posts to it by its id."""
MODES: Final = (INLINE, FOLD, STRIPED)

STRIPES: Final = 16
JOURNALS_MAXIMUM: Final = 1_000
LEGS_MAXIMUM: Final = 10_000
AMOUNT_MAXIMUM_MINOR: Final = 10**17
KIND_LENGTH_MAXIMUM: Final = 40
REFERENCE_LENGTH_MAXIMUM: Final = 80


@dataclass(frozen=True, slots=True)
class Account:
    """What an account is; its figures are a Balance."""

    id: int
    code: str
    owner_uid: uuid.UUID | None
    currency: str
    mode: str
    floor_minor: int | None
    ceiling_minor: int | None
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's figures in minor units; ``available`` is what is posted and not held."""

    posted_minor: int
    held_minor: int
    available_minor: int
    currency: str
    version: int


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a journal: a signed amount on one account; a debit may capture a hold."""

    account_id: int
    amount_minor: int
    hold_uid: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Journal:
    """One movement of money, to be posted. ``at`` None means the time when its locks are held.

    The ``uid`` is the caller's and is posted once; ``reference`` finds the journal again.
    """

    uid: uuid.UUID
    kind: str
    reference: str
    legs: tuple[Leg, ...]
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside on an account, and how much of it is left."""

    uid: uuid.UUID
    account_id: int
    amount_minor: int
    remaining_minor: int
    currency: str
    reference: str
    placed_at: dt.datetime
    expires_at: dt.datetime | None
    settled_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of an account with its running balance; the version is the page cursor."""

    account_id: int
    version: int
    amount_minor: int
    balance_minor: int
    posted_at: dt.datetime
    journal_uid: uuid.UUID
    kind: str
    reference: str


# --- refusals -------------------------------------------------------------------------------
class InsufficientFunds(Refusal):
    """A debit would take an account below its floor."""

    code = "insufficient_funds"
    status = 409
    sentence = _("There is not enough money for this. Please top up or choose a smaller amount.")
    sticks = True


class AccountUnknown(Missing):
    """No such account."""

    code = "account_unknown"
    sentence = _("We could not find this account.")


class JournalUnbalanced(Refusal):
    """The legs of a journal do not sum to zero: a defect of the caller."""

    code = "journal_unbalanced"
    status = 500
    sentence = _("This booking does not add up, so nothing was moved. Please tell our care team.")


class CurrencyMismatch(Refusal):
    """The legs sum to zero only across currencies."""

    code = "currency_mismatch"
    status = 422
    sentence = _("The two accounts are kept in different currencies, so nothing was moved.")


class AboveCeiling(Refusal):
    """A credit would take an account above its ceiling."""

    code = "above_ceiling"
    sentence = _("This would be more than the account may hold. Please choose a smaller amount.")
    sticks = True


class AccountClosed(Refusal):
    """The account takes no more entries."""

    code = "account_closed"
    sentence = _("This account is closed, so nothing was moved.")
    sticks = True


class JournalExists(Refusal):
    """A journal with this uid was posted before; nothing is posted twice."""

    code = "journal_exists"
    sentence = _("This was booked already. Nothing was moved a second time.")


class JournalMalformed(Refusal):
    """A journal without legs, with a leg of zero, or too long: a defect of the caller."""

    code = "journal_malformed"
    status = 500
    sentence = _("This booking is incomplete, so nothing was moved. Please tell our care team.")


class HoldUnknown(Missing):
    """No such hold."""

    code = "hold_unknown"
    sentence = _("We could not find the amount that was set aside.")


class HoldExceeded(Refusal):
    """More was asked of a hold than is left of it; a settled hold has nothing left."""

    code = "hold_exceeded"
    sentence = _("Less than this is still set aside. Please check the amount.")
    sticks = True


class HoldExpired(Refusal):
    """The hold's time is over; the sweep gives the money back."""

    code = "hold_expired"
    sentence = _("The time for this has run out and the amount is free again. Please start anew.")
    sticks = True


class HoldMismatch(Refusal):
    """A leg names a hold of another account, or captures with a credit."""

    code = "hold_mismatch"
    status = 500
    sentence = _("The amount was set aside for something else, so nothing was moved.")


class Immutable(Refusal):
    """Somebody tried to change, remove or add to what was posted."""

    code = "ledger_immutable"
    sentence = _("What was booked is never changed. Please book a correction instead.")


class AccountUnfit(Refusal):
    """The account's mode does not allow this (a ceiling that is not inline, a closing)."""

    code = "account_unfit"
    status = 422
    sentence = _("This is not possible for this kind of account.")


class AmountOutOfRange(Refusal):
    """An amount or a balance does not fit."""

    code = "amount_out_of_range"
    status = 422
    sentence = _("This amount is too large.")


class AccountNotEmpty(Refusal):
    """Only an empty account can be closed."""

    code = "account_not_empty"
    sentence = _("There is still money in this account. Please move it before closing.")


REFUSALS: Final[dict[str, type[Refusal]]] = {
    "TB001": InsufficientFunds,
    "TB002": AccountUnknown,
    "TB003": JournalUnbalanced,
    "TB004": CurrencyMismatch,
    "TB005": AboveCeiling,
    "TB006": AccountClosed,
    "TB007": JournalExists,
    "TB008": JournalMalformed,
    "TB009": HoldUnknown,
    "TB010": HoldExceeded,
    "TB011": HoldExpired,
    "TB012": HoldMismatch,
    "TB013": Immutable,
    "TB014": AccountUnfit,
    "TB015": AmountOutOfRange,
    "TB016": AccountNotEmpty,
    # numeric_value_out_of_range: a balance left the range of bigint.
    "22003": AmountOutOfRange,
}
"""The stable SQLSTATE of every failure, as sql/*.sql raises them."""


def check_journals(journals: list[Journal]) -> None:
    """Check what needs no account: limits, and that every journal has legs worth posting.

    :raises JournalMalformed: no legs, one leg, a leg of zero, a text that is too long
    :raises AmountOutOfRange: an amount beyond what one leg may move
    :raises ValueError: too many journals or legs for one call
    """
    if not 0 < len(journals) <= JOURNALS_MAXIMUM:
        raise ValueError(f"post 1 to {JOURNALS_MAXIMUM} journals at once, not {len(journals)}")
    if sum(len(journal.legs) for journal in journals) > LEGS_MAXIMUM:
        raise ValueError(f"post at most {LEGS_MAXIMUM} legs at once")
    for journal in journals:
        if (
            len(journal.legs) < 2
            or not 0 < len(journal.kind) <= KIND_LENGTH_MAXIMUM
            or not 0 < len(journal.reference) <= REFERENCE_LENGTH_MAXIMUM
            or "\x00" in journal.kind + journal.reference
        ):
            raise JournalMalformed(kind=journal.kind[:KIND_LENGTH_MAXIMUM])
        for leg in journal.legs:
            if not leg.amount_minor:
                raise JournalMalformed(kind=journal.kind)
            if abs(leg.amount_minor) > AMOUNT_MAXIMUM_MINOR:
                raise AmountOutOfRange()


def pair_of(journal: Journal) -> tuple[int, int, int] | None:
    """Return (first account, second account, amount on the first), or None for anything else."""
    if len(journal.legs) != 2:
        return None
    first, second = journal.legs
    if first.hold_uid or second.hold_uid or first.amount_minor != -second.amount_minor:
        return None
    return first.account_id, second.account_id, first.amount_minor
