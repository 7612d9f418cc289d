"""The amount in words, as it stands on cheques and receipts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from foundation.money.value import Money, exponent


@dataclass(frozen=True, slots=True)
class UnitNames:
    """The names of a currency's units in one language; ``minor`` empty: none is usual."""

    major: str
    major_plural: str
    minor: str = ""
    minor_plural: str = ""


def _same(major: str, minor: str = "") -> UnitNames:
    return UnitNames(major, major, minor, minor)


_JIAO_FEN: Final = "角分"

# Chinese names; a minor name of 角分 means the two steps 角 and 分 of the bank rules.
_CHINESE: Final = {
    "CNY": _same("元", _JIAO_FEN),
    "HKD": _same("港元", _JIAO_FEN),
    "MOP": _same("澳门元", _JIAO_FEN),
    "TWD": _same("新台币元", _JIAO_FEN),
    "USD": _same("美元", "美分"),
    "EUR": _same("欧元", "欧分"),
    "GBP": _same("英镑", "便士"),
    "AUD": _same("澳元", "澳分"),
    "CAD": _same("加元", "加分"),
    "SGD": _same("新加坡元", "分"),
    "THB": _same("泰铢", "萨当"),
    "JPY": _same("日元"),
    "KRW": _same("韩元"),
    "VND": _same("越南盾"),
    "PTS": _same("积分"),
}
_ENGLISH: Final = {
    "CNY": _same("yuan", "fen"),
    "HKD": UnitNames("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "MOP": UnitNames("Macau pataca", "Macau patacas", "avo", "avos"),
    "TWD": UnitNames("New Taiwan dollar", "New Taiwan dollars", "cent", "cents"),
    "USD": UnitNames("US dollar", "US dollars", "cent", "cents"),
    "EUR": UnitNames("euro", "euros", "cent", "cents"),
    "GBP": UnitNames("pound sterling", "pounds sterling", "penny", "pence"),
    "AUD": UnitNames("Australian dollar", "Australian dollars", "cent", "cents"),
    "CAD": UnitNames("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "SGD": UnitNames("Singapore dollar", "Singapore dollars", "cent", "cents"),
    "THB": _same("baht", "satang"),
    "JPY": _same("yen"),
    "KRW": _same("won"),
    "VND": _same("dong"),
    "PTS": UnitNames("point", "points"),
}

_CAPITALS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("仟", "佰", "拾", "")

# fmt: off
_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS: Final = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
# fmt: on
_THOUSANDS: Final = ("", " thousand", " million", " billion", " trillion", " quadrillion")


def unit_names(currency: str, chinese: bool) -> UnitNames:
    """Give the words of a currency's units; its ISO code where we know no word."""
    return (_CHINESE if chinese else _ENGLISH).get(currency) or _same(currency)


def amount_in_words(*, money: Money, language: str) -> str:
    """Write an amount in words: 'one hundred yuan and five fen', '壹佰元零伍分'.

    Chinese follows 《支付结算办法》附一 "正确填写票据和结算凭证的基本规定": 整 after a whole
    amount only; one 零 for zeros inside; 零 after 元 when 角 is zero and 分 is not, and
    when the digit of 元 is zero. Where the rule leaves a choice, its first form is used.

    :raises ValueError: above 10**18 major units, which no currency of ours reaches.
    """
    major, minor = divmod(abs(money.amount_minor), 10 ** exponent(money.currency))
    if major >= 10**18:
        raise ValueError("an amount beyond words")
    if language.lower().startswith("zh"):
        words = _chinese_amount(money.currency, major, minor)
        return f"负{words}" if money.amount_minor < 0 else words
    words = _english_amount(money.currency, major, minor)
    return f"minus {words}" if money.amount_minor < 0 else words


def _chinese_amount(currency: str, major: int, minor: int) -> str:
    names = unit_names(currency, True)
    if currency == "PTS":
        return f"{capital_cardinal(major)}{names.major}"
    if minor == 0:
        return f"{capital_cardinal(major)}{names.major}整"
    if names.minor == _JIAO_FEN:
        return _jiao_and_fen(names.major, major, minor)
    if names.minor:
        small = f"{capital_cardinal(minor)}{names.minor}"
        if major == 0:
            return small
        zero = "零" if minor < 10 or major % 10 == 0 else ""
        return f"{capital_cardinal(major)}{names.major}{zero}{small}"
    fraction = "".join(_CAPITALS[int(digit)] for digit in _decimals(currency, minor))
    return f"{capital_cardinal(major)}点{fraction}{names.major}"


def _jiao_and_fen(unit: str, major: int, minor: int) -> str:
    jiao, fen = divmod(minor, 10)
    words = f"{capital_cardinal(major)}{unit}" if major else ""
    if major and (jiao == 0 or major % 10 == 0):
        words += "零"
    if jiao:
        words += f"{_CAPITALS[jiao]}角"
    if fen:
        words += f"{_CAPITALS[fen]}分"
    return words


def capital_cardinal(number: int) -> str:
    """Write a whole number from 0 in Chinese capital numerals (107000: 壹拾万柒仟)."""
    if number == 0:
        return "零"
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, rest = divmod(number, size)
            words = capital_cardinal(high) + name
            if rest == 0:
                return words
            zero = "零" if rest < size // 10 else ""
            return words + zero + capital_cardinal(rest)
    return _capital_section(number)


def _capital_section(number: int) -> str:
    words, pending_zero = "", False
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit == "0":
            pending_zero = bool(words)
            continue
        words += ("零" if pending_zero else "") + _CAPITALS[int(digit)] + place
        pending_zero = False
    return words


def _english_amount(currency: str, major: int, minor: int) -> str:
    names = unit_names(currency, False)
    unit = names.major if major == 1 else names.major_plural
    if minor == 0:
        return f"{english_cardinal(major)} {unit}"
    if not names.minor:
        digits = " ".join(_SMALL[int(digit)] for digit in _decimals(currency, minor))
        return f"{english_cardinal(major)} point {digits} {names.major_plural}"
    small = f"{english_cardinal(minor)} {names.minor if minor == 1 else names.minor_plural}"
    return f"{english_cardinal(major)} {unit} and {small}" if major else small


def english_cardinal(number: int) -> str:
    """Write a whole number from 0 to below 10**18 in English ('one hundred five')."""
    if number == 0:
        return _SMALL[0]
    groups = []
    for name in _THOUSANDS:
        number, group = divmod(number, 1000)
        if group:
            groups.append(_english_group(group) + name)
    return " ".join(reversed(groups))


def _english_group(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        words.append(_SMALL[rest])
    return " ".join(words)


def _decimals(currency: str, minor: int) -> str:
    return f"{minor:0{exponent(currency)}d}".rstrip("0")
