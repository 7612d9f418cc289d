"""Store numbers, which can be typed when a code cannot be scanned; and what a role allows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Final

from foundation.check_digits import luhn_digit
from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal
from wallet.payments.rules import is_payee_number

_FIRST_BODY: Final = 100_000_000
_LAST_BODY: Final = 999_999_999


def store_number_from(sequence: int) -> str:
    """Give the number of the ``sequence``-th store, counted from 1: 9 digits and Luhn.

    :raises ValueError: outside 1 … 899 999 999.
    """
    body = _FIRST_BODY + sequence
    if sequence < 1 or body > _LAST_BODY:
        raise ValueError("store sequence out of range")
    return f"{body}{luhn_digit(str(body))}"


def is_store_number(text: str) -> bool:
    """Tell whether a text is a store number with a right check digit."""
    return is_payee_number(text)


# --- roles -------------------------------------------------------------------------------------

OWNER: Final = "owner"
MANAGER: Final = "manager"
CASHIER: Final = "cashier"

COLLECT: Final = "collect"
REFUND: Final = "refund"
HIRE_CASHIER: Final = "hire_cashier"
HIRE_MANAGER: Final = "hire_manager"

_ACTS: Final = {
    OWNER: frozenset({COLLECT, REFUND, HIRE_CASHIER, HIRE_MANAGER}),
    MANAGER: frozenset({COLLECT, REFUND, HIRE_CASHIER}),
    CASHIER: frozenset({COLLECT}),
}


class RoleForbids(Refusal):
    """Say that a person's role at the store does not allow this."""

    code = "role_forbids"
    status = 403
    sentence = _("Your role at this store does not allow this. Please ask the owner.")


class OnlyManagersRefund(RoleForbids):
    """Say that a cashier cannot give money back."""

    sentence = _("Only the owner or a manager can give a refund. Please ask one of them.")


class OnlyOwnersHireManagers(RoleForbids):
    """Say that only the owner chooses managers."""

    sentence = _("Only the owner can do this. Please ask the owner.")


class StoreUnknown(Missing):
    """Say that no store has this number, or this person has no such store."""

    code = "store_not_found"
    sentence = _("We could not find this store. Please check its number, or scan its code again.")


class MerchantUnknown(Missing):
    """Say that there is no such business."""

    code = "merchant_not_found"
    sentence = _("We could not find this merchant.")


class StaffUnknown(Missing):
    """Say that nobody of this description works at the store."""

    code = "staff_not_found"
    sentence = _("We could not find this person among the staff of the store.")


class AlreadyHired(Refusal):
    """Say that the person works at the store already."""

    code = "already_hired"
    sentence = _("This person already works at this store.")


class OwnerStays(Refusal):
    """Say that the owner of the business cannot be dismissed from it."""

    code = "owner_stays"
    sentence = _("The owner of the business stays on the staff of its stores.")


class RoleUnknown(Refusal):
    """Say that a person can be hired as a manager or a cashier only."""

    code = "role_unknown"
    status = 422
    sentence = _("Choose manager or cashier.")


def masked_phone(phone: str | None) -> str:
    """Return what a colleague or the operator may see of a number: '139 **** 0001'."""
    if not phone:
        return ""
    return f"{phone.removeprefix('+86')[:3]} **** {phone[-4:]}"


def may(role: str, act: str) -> bool:
    """Tell whether a role at a store allows an act."""
    return act in _ACTS.get(role, frozenset())


def check_role(role: str, act: str) -> None:
    """Pass when the role allows the act.

    :raises OnlyManagersRefund: RoleForbids: OnlyOwnersHireManagers: as their names say
    """
    if may(role, act):
        return
    refusals = {REFUND: OnlyManagersRefund, HIRE_MANAGER: OnlyOwnersHireManagers}
    raise refusals.get(act, RoleForbids)()


def hiring_act(role: str) -> str:
    """Return the act that hiring or dismissing somebody in this role is.

    :raises OwnerStays: for the owner
    :raises RoleUnknown: for anything but manager and cashier
    """
    if role == OWNER:
        raise OwnerStays("role")
    try:
        return {MANAGER: HIRE_MANAGER, CASHIER: HIRE_CASHIER}[role]
    except KeyError:
        raise RoleUnknown("role") from None


# --- the figures of a day ----------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class DayFigures:
    """What a store took and gave back on a business day, in minor units of one currency."""

    store_uid: uuid.UUID
    date: dt.date
    currency: str
    captured_minor: int = 0
    captured_count: int = 0
    refunded_minor: int = 0
    refunded_count: int = 0

    @property
    def kept_minor(self) -> int:
        """Return what is left of the day's takings after the day's refunds."""
        return self.captured_minor - self.refunded_minor

    def __add__(self, other: DayFigures) -> DayFigures:
        """Add the figures of the same store, day and currency."""
        return dataclasses.replace(
            self,
            captured_minor=self.captured_minor + other.captured_minor,
            captured_count=self.captured_count + other.captured_count,
            refunded_minor=self.refunded_minor + other.refunded_minor,
            refunded_count=self.refunded_count + other.refunded_count,
        )


def sum_by_day(figures: Iterable[DayFigures]) -> list[DayFigures]:
    """Add up figures so that each (store, date, currency) stands once."""
    sums: dict[tuple, DayFigures] = {}
    for one in figures:
        day = (one.store_uid, one.date, one.currency)
        sums[day] = sums[day] + one if day in sums else one
    return list(sums.values())
