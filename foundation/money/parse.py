"""From what a person typed, or a program sent, to ``Money``."""

from __future__ import annotations

import re
from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Refusal
from foundation.money.value import Money, exponent

MAXIMUM_MINOR: Final = 10**13
"""The largest amount that is taken from outside, in minor units (100 billion yuan)."""

_SURROUNDING: Final = " \t\u00a0\u3000"
_PLAIN: Final = re.compile(r"[0-9]+(?:\.([0-9]+))?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.([0-9]+))?")
_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e]")
_MINUS_SIGNS: Final = "-\u2212"


class AmountMissing(Refusal):
    """Say that no amount was given."""

    code = "amount_missing"
    status = 422
    sentence = _("Enter the amount, for example 12.50.")


class AmountNotANumber(Refusal):
    """Say that the text is not an amount."""

    code = "amount_not_a_number"
    status = 422
    sentence = _("Enter the amount with digits and at most one dot, for example 12.50.")


class AmountWithCommaUnclear(AmountNotANumber):
    """Say that a comma could mean thousands or decimals."""

    sentence = _(
        "The comma in this amount is not clear. Enter it without a comma, for example 1234.50."
    )


class AmountFullWidthDigits(Refusal):
    """Say that full-width characters were typed, as Chinese keyboards can do."""

    code = "amount_full_width_digits"
    status = 422
    sentence = _(
        "The amount is written in full-width characters."
        " Switch the keyboard to ordinary digits and enter it again, for example 12.50."
    )


class AmountTooManyDecimals(Refusal):
    """Say that the amount has more decimals than its currency."""

    code = "amount_too_many_decimals"
    status = 422
    sentence = _(
        "An amount in %(currency)s has at most %(decimals)s digits after the dot."
        " Enter it again with fewer digits."
    )


class AmountWithoutDecimals(AmountTooManyDecimals):
    """Say that the currency has no decimals at all."""

    sentence = _("An amount in %(currency)s is a whole number. Enter it without a dot.")


class AmountNotPositive(Refusal):
    """Say that the amount is zero or negative."""

    code = "amount_not_positive"
    status = 422
    sentence = _("The amount must be more than zero. Enter it again.")


class AmountTooLarge(Refusal):
    """Say that the amount is above what the platform takes at all."""

    code = "amount_too_large"
    status = 422
    sentence = _("The amount is too large. Enter an amount of at most %(maximum)s.")


def parse_amount(
    *,
    text: str,
    currency: str,
    maximum_minor: int = MAXIMUM_MINOR,
    field: str = "amount",
) -> Money:
    """Read a typed amount: ASCII digits, optionally a dot and decimals.

    Surrounding spaces are ignored. Commas are accepted as thousands separators only
    where nothing else can be meant: with decimals after a dot ('1,234.50'), with two
    groups or more ('1,234,567'), or in a currency without decimals ('1,234' in JPY).
    Exponents, signs, NaN and other digits than ASCII are refused, never guessed.

    :param maximum_minor: the largest amount taken, in minor units.
    :param field: the form field at which a refusal is shown.
    :raises CurrencyUnknown: AmountMissing, AmountNotANumber, AmountFullWidthDigits,
        AmountTooManyDecimals, AmountNotPositive, AmountTooLarge: as their names say.
    """
    decimals = exponent(currency)
    stripped = text.strip(_SURROUNDING) if text else ""
    if not stripped:
        raise AmountMissing(field)
    if _FULL_WIDTH.search(stripped):
        raise AmountFullWidthDigits(field)
    negative = stripped[0] in _MINUS_SIGNS
    number, fraction = _read_number(stripped[1:] if negative else stripped, decimals, field)
    if negative:
        raise AmountNotPositive(field)
    _check_decimals(fraction, currency, decimals, field)
    digits = (number + fraction.ljust(decimals, "0")).lstrip("0")
    if len(digits) > len(str(maximum_minor)):
        # Also keeps int() away from texts of thousands of digits.
        raise AmountTooLarge(field, maximum=Money(maximum_minor, currency))
    return check_amount(
        amount_minor=int(digits or "0"),
        currency=currency,
        maximum_minor=maximum_minor,
        field=field,
    )


def check_amount(
    *,
    amount_minor: int,
    currency: str,
    maximum_minor: int = MAXIMUM_MINOR,
    field: str = "amount",
) -> Money:
    """Take an amount that a program gave in minor units.

    :raises CurrencyUnknown: AmountNotPositive, AmountTooLarge: as their names say.
    """
    exponent(currency)
    if amount_minor <= 0:
        raise AmountNotPositive(field)
    if amount_minor > maximum_minor:
        raise AmountTooLarge(field, maximum=Money(maximum_minor, currency))
    return Money(amount_minor, currency)


def _read_number(text: str, decimals: int, field: str) -> tuple[str, str]:
    if plain := _PLAIN.fullmatch(text):
        return text.partition(".")[0], plain[1] or ""
    grouped = _GROUPED.fullmatch(text)
    if grouped and (grouped[1] or text.count(",") > 1 or decimals == 0):
        return text.partition(".")[0].replace(",", ""), grouped[1] or ""
    if re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", text) and "," in text:
        raise AmountWithCommaUnclear(field)
    raise AmountNotANumber(field)


def _check_decimals(fraction: str, currency: str, decimals: int, field: str) -> None:
    if len(fraction) <= decimals:
        return
    if decimals == 0:
        raise AmountWithoutDecimals(field, currency=currency, decimals=0)
    raise AmountTooManyDecimals(field, currency=currency, decimals=decimals)
