"""Currencies, their exponents, and the frozen ``Money``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import iso4217

from foundation.errors import N_ as _
from foundation.errors import Refusal

POINTS: Final = "PTS"
"""The code of loyalty points, a commodity of the same ledger. Not an ISO 4217 code."""

_COMMODITY_EXPONENTS: Final = {POINTS: 0}

# Differences between the ``iso4217`` package and ISO 4217 of 2026. Empty today: the
# package's table of 2026-01-01 agrees with the independent list that the tests hold
# (exponents 0, 3 and 4). A line here must say which amendment of ISO 4217 it follows.
_CORRECTED_EXPONENTS: Final[dict[str, int]] = {}


def _exponents_of_package() -> dict[str, int]:
    # Metals, units of account, XTS and XXX have no minor unit in the standard, so no
    # amount can be written in them: they are left out.
    return {
        currency.code: currency.exponent
        for currency in iso4217.Currency
        if currency.exponent is not None
    }


_ISO_EXPONENTS: Final = {**_exponents_of_package(), **_CORRECTED_EXPONENTS}
_EXPONENTS: Final = {**_ISO_EXPONENTS, **_COMMODITY_EXPONENTS}
_NUMERIC_CODES: Final = {
    currency.code: f"{currency.number:03d}"
    for currency in iso4217.Currency
    if currency.code in _ISO_EXPONENTS
}
_CODES_BY_NUMERIC: Final = {number: code for code, number in _NUMERIC_CODES.items()}


class CurrencyUnknown(Refusal):
    """Say that a currency code does not exist or has no minor unit."""

    code = "currency_unknown"
    status = 422
    sentence = _("We do not know the currency %(currency)s. Please choose one from the list.")


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum or comparison: a defect of the caller."""


def currencies() -> tuple[str, ...]:
    """Give every ISO 4217 code that has a minor unit, in alphabetical order."""
    return tuple(sorted(_ISO_EXPONENTS))


def commodities() -> tuple[str, ...]:
    """Give the codes that the ledger keeps besides currencies, such as points."""
    return tuple(sorted(_COMMODITY_EXPONENTS))


def exponent(currency: str) -> int:
    """Give the number of decimals of a currency or commodity (CNY 2, JPY 0, KWD 3).

    Source: ISO 4217, by the ``iso4217`` package; never CLDR, which shows some
    currencies with other decimals than the standard.

    :raises CurrencyUnknown: for any other code, also in lower case.
    """
    try:
        return _EXPONENTS[currency]
    except (KeyError, TypeError):
        raise CurrencyUnknown(currency=str(currency)[:8]) from None


def numeric_code(currency: str) -> str:
    """Give the three-digit ISO 4217 number of a currency (CNY: '156').

    :raises CurrencyUnknown: also for commodities, which have no number.
    """
    try:
        return _NUMERIC_CODES[currency]
    except (KeyError, TypeError):
        raise CurrencyUnknown(currency=str(currency)[:8]) from None


def currency_of_numeric(number: str) -> str:
    """Give the alphabetic code of a three-digit ISO 4217 number ('156': CNY).

    :raises CurrencyUnknown: for a number that is not in the standard.
    """
    try:
        return _CODES_BY_NUMERIC[number]
    except (KeyError, TypeError):
        raise CurrencyUnknown(currency=str(number)[:8]) from None


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: ``amount_minor`` minor units (fen) of ``currency``.

    Signed. Sums and comparisons work within one currency and raise
    ``CurrencyMismatch`` otherwise; equality with another currency is just false.
    Zero is as true as any other amount, so that ``if amount`` can only mean None.

    :raises CurrencyUnknown: when the code is not known.
    :raises TypeError: when the amount is not an int (a bool or Decimal is a defect).
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"amount_minor must be an int, not {self.amount_minor!r}")
        exponent(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Give nothing at all, in a currency; the start of a ``sum``."""
        return cls(0, currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} in one sum")
        return other.amount_minor

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount_minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount_minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount_minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount_minor >= self._same(other)
