"""Money as people read and hear it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from foundation.money.value import POINTS, Money, exponent
from foundation.money.words import unit_names

_CHINESE: Final = Locale.parse("zh_Hans_CN")
_ENGLISH: Final = Locale.parse("en")

# On this platform the plain yen sign is the yuan, in both languages; whoever sees
# another currency must see that it is another one.
_SYMBOLS: Final = {"CNY": "¥", "JPY": "JP¥"}


def is_chinese(language: str) -> bool:
    """Tell whether a language tag ('zh-hans', 'zh_CN', 'en') means Chinese."""
    return language.lower().startswith("zh")


def money_decimal_text(money: Money) -> str:
    """Give the plain decimal of an amount for programs and form fields ('-1234.50')."""
    decimals = exponent(money.currency)
    digits = str(abs(money.amount_minor)).rjust(decimals + 1, "0")
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    sign = "-" if money.amount_minor < 0 else ""
    return f"{sign}{whole}.{fraction}" if decimals else f"{sign}{whole}"


def format_money(money: Money, language: str) -> str:
    """Show an amount to a reader: '¥1,234.50', 'JP¥1,234', '1,234积分'.

    Babel writes it; the number of decimals comes from ISO 4217.
    """
    chinese = is_chinese(language)
    locale = _CHINESE if chinese else _ENGLISH
    number = Decimal(money_decimal_text(money))
    if money.currency == POINTS:
        points = format_decimal(number, "#,##0", locale=locale)
        if chinese:
            return f"{points}积分"
        return f"{points} point" if abs(money.amount_minor) == 1 else f"{points} points"
    return format_currency(
        number,
        money.currency,
        _pattern(money.currency, chinese),
        locale=locale,
        currency_digits=False,
    )


@lru_cache(maxsize=512)
def _pattern(currency: str, chinese: bool) -> str:
    """Build a Babel pattern with the symbol quoted into it."""
    locale = _CHINESE if chinese else _ENGLISH
    symbol = _SYMBOLS.get(currency) or get_currency_symbol(currency, locale=locale)
    # CLDR: a symbol that ends in a letter stands a no-break space away from digits.
    space = "\u00a0" if symbol[-1].isalpha() else ""
    decimals = exponent(currency)
    return f"'{symbol}'{space}#,##0" + ("." + "0" * decimals if decimals else "")


def spoken(money: Money, language: str) -> str:
    """Give the sentence that is spoken when money arrives: '收款12.5元'.

    Digits without grouping and without trailing zeros, because voices read them most
    reliably, and the unit as a word.
    """
    number = money_decimal_text(money)
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    chinese = is_chinese(language)
    names = unit_names(money.currency, chinese)
    unit = names.major if number == "1" else names.major_plural
    if money.currency == POINTS:
        return f"收到{number}{unit}" if chinese else f"Received {number} {unit}"
    return f"收款{number}{unit}" if chinese else f"Received {number} {unit}"
