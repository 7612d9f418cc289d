"""Amounts in words: the examples of the Chinese bank rules, and English."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.money import Money, amount_in_words, commodities, currencies
from foundation.money.words import capital_cardinal, english_cardinal

# 《支付结算办法》附一 正确填写票据和结算凭证的基本规定: the printed examples, without 人民币.
PRINTED = [
    (140_950, "壹仟肆佰零玖元伍角"),
    (600_714, "陆仟零柒元壹角肆分"),
    (168_032, "壹仟陆佰捌拾元零叁角贰分"),
    (10_700_053, "壹拾万柒仟元零伍角叁分"),
    (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
    (32_504, "叁佰贰拾伍元零肆分"),
]
MORE = [
    (0, "零元整"),
    (1, "壹分"),
    (10, "壹角"),
    (55, "伍角伍分"),
    (100, "壹元整"),
    (101, "壹元零壹分"),
    (1_000, "壹拾元整"),
    (1_250, "壹拾贰元伍角"),
    (12_345, "壹佰贰拾叁元肆角伍分"),
    (10_005, "壹佰元零伍分"),
    (100_100, "壹仟零壹元整"),
    (1_000_000, "壹万元整"),
    (1_000_100, "壹万零壹元整"),
    (1_070_000, "壹万零柒佰元整"),
    (10_000_000, "壹拾万元整"),
    (10_010_100, "壹拾万零壹佰零壹元整"),
    (1_000_000_000, "壹仟万元整"),
    (10_000_000_000, "壹亿元整"),
    (10_000_000_100, "壹亿零壹元整"),
    (10_000_700_000, "壹亿零柒仟元整"),
    (10_001_000_000, "壹亿零壹万元整"),
    (1_000_100_000_000, "壹佰亿零壹佰万元整"),
    (100_000_000_000_000, "壹万亿元整"),
    (-1_250, "负壹拾贰元伍角"),
]


@pytest.mark.parametrize(("minor", "words"), PRINTED + MORE)
def test_yuan_in_capital_numerals(minor: int, words: str) -> None:
    assert amount_in_words(money=Money(minor, "CNY"), language="zh-hans") == words


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        (0, "zero yuan"),
        (5, "five fen"),
        (100, "one yuan"),
        (1_250, "twelve yuan and fifty fen"),
        (12_345, "one hundred twenty-three yuan and forty-five fen"),
        (100_000_000, "one million yuan"),
        (100_101_300, "one million one thousand thirteen yuan"),
        (-1, "minus one fen"),
        (
            99_999_999_999_999,
            "nine hundred ninety-nine billion nine hundred ninety-nine million"
            " nine hundred ninety-nine thousand nine hundred ninety-nine yuan and ninety-nine fen",
        ),
    ],
)
def test_yuan_in_english(minor: int, words: str) -> None:
    assert amount_in_words(money=Money(minor, "CNY"), language="en") == words


@pytest.mark.parametrize(
    ("money", "chinese", "english"),
    [
        (Money(1234, "JPY"), "壹仟贰佰叁拾肆日元整", "one thousand two hundred thirty-four yen"),
        (Money(1250, "USD"), "壹拾贰美元伍拾美分", "twelve US dollars and fifty cents"),
        (Money(101, "USD"), "壹美元零壹美分", "one US dollar and one cent"),
        (Money(1250, "HKD"), "壹拾贰港元伍角", "twelve Hong Kong dollars and fifty cents"),
        (Money(1250, "TWD"), "壹拾贰新台币元伍角", "twelve New Taiwan dollars and fifty cents"),
        (Money(200, "EUR"), "贰欧元整", "two euros"),
        (Money(1, "GBP"), "壹便士", "one penny"),
        (Money(12340, "KWD"), "壹拾贰点叁肆KWD", "twelve point three four KWD"),
        (Money(12005, "KWD"), "壹拾贰点零零伍KWD", "twelve point zero zero five KWD"),
        (Money(300, "PTS"), "叁佰积分", "three hundred points"),
    ],
)
def test_other_units(money: Money, chinese: str, english: str) -> None:
    assert amount_in_words(money=money, language="zh-hans") == chinese
    assert amount_in_words(money=money, language="en") == english


def test_every_currency_has_words() -> None:
    for code in (*currencies(), *commodities()):
        for minor in (0, 1, 105, 123_456):
            assert amount_in_words(money=Money(minor, code), language="zh")
            assert amount_in_words(money=Money(minor, code), language="en")


def test_beyond_words() -> None:
    with pytest.raises(ValueError):
        amount_in_words(money=Money(10**20, "CNY"), language="en")


def read_capitals(words: str) -> int:
    """Read capital numerals back, independently of how they were written."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = words.rpartition(unit) if unit == "亿" else words.partition(unit)
        if found:
            return read_capitals(head) * size + read_capitals(tail)
    total, digit = 0, 0
    for character in words:
        if character in "仟佰拾":
            total += digit * {"仟": 1000, "佰": 100, "拾": 10}[character]
            digit = 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
    return total + digit


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.integers(0, 10**7), st.integers(0, 10**16 - 1)))
def test_capital_numerals_read_back(number: int) -> None:
    words = capital_cardinal(number)

    assert read_capitals(words) == number
    assert "零零" not in words
    assert number == 0 or not words.endswith("零")
    assert not re.search("零[仟佰拾万亿]", words)


def read_english(words: str) -> int:
    small = {english_cardinal(value): value for value in range(100)}
    total = group = 0
    for word in words.split():
        if word == "hundred":
            group *= 100
        elif word in (
            scales := {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}
        ):
            total, group = total + group * 10 ** scales[word], 0
        else:
            group += small[word]
    return total + group


@settings(deadline=None)
@given(st.integers(0, 10**18 - 1))
def test_english_cardinals_read_back(number: int) -> None:
    assert read_english(english_cardinal(number)) == number
