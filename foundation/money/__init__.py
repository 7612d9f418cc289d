"""Money: exact integers of minor units with a currency, and what people read and type.

- ``value``   currencies with their ISO 4217 exponents, and the frozen ``Money``.
- ``parse``   from what a person typed to ``Money``; every failure a refusal of its own.
- ``share``   splitting by largest remainder, basis points half up.
- ``show``    the short form ('¥12.50') and the sentence that is spoken.
- ``words``   the amount in words: English, and Chinese 大写 of the bank rules.

Nothing here uses floating point, and nothing here imports Django.
"""

from foundation.money.parse import (
    MAXIMUM_MINOR,
    AmountFullWidthDigits,
    AmountMissing,
    AmountNotANumber,
    AmountNotPositive,
    AmountTooLarge,
    AmountTooManyDecimals,
    AmountWithCommaUnclear,
    AmountWithoutDecimals,
    check_amount,
    parse_amount,
)
from foundation.money.share import basis_points_half_up, split
from foundation.money.show import format_money, money_decimal_text, spoken
from foundation.money.value import (
    POINTS,
    CurrencyMismatch,
    CurrencyUnknown,
    Money,
    commodities,
    currencies,
    currency_of_numeric,
    exponent,
    numeric_code,
)
from foundation.money.words import amount_in_words

__all__ = [
    "MAXIMUM_MINOR",
    "POINTS",
    "AmountFullWidthDigits",
    "AmountMissing",
    "AmountNotANumber",
    "AmountNotPositive",
    "AmountTooLarge",
    "AmountTooManyDecimals",
    "AmountWithCommaUnclear",
    "AmountWithoutDecimals",
    "CurrencyMismatch",
    "CurrencyUnknown",
    "Money",
    "amount_in_words",
    "basis_points_half_up",
    "check_amount",
    "commodities",
    "currencies",
    "currency_of_numeric",
    "exponent",
    "format_money",
    "money_decimal_text",
    "numeric_code",
    "parse_amount",
    "split",
    "spoken",
]
