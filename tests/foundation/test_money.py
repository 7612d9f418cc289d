"""Money: exponents, sums, typed amounts, shares, and the short form."""

import json
from decimal import Decimal
from pathlib import Path

import iso4217
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Refusal
from foundation.money import (
    CurrencyMismatch,
    CurrencyUnknown,
    Money,
    basis_points_half_up,
    check_amount,
    commodities,
    currencies,
    currency_of_numeric,
    exponent,
    format_money,
    money_decimal_text,
    numeric_code,
    parse_amount,
    split,
    spoken,
)

CASES = Path(__file__).parents[1] / "cases"
MONEY_RULES = json.loads((CASES / "money_rules.json").read_text())
CODES = json.loads((CASES / "codes_and_proofs.json").read_text())
EXPONENTS = {
    code: int(decimals)
    for decimals, codes in CODES["iso4217_exponents"].items()
    if decimals != "source"
    for code in codes.split()
}


# Currencies


@pytest.mark.parametrize("code", sorted(set(currencies()) | set(EXPONENTS)))
def test_exponents_are_those_of_iso_4217(code: str) -> None:
    assert exponent(code) == EXPONENTS.get(code, 2)


def test_points_are_a_commodity_and_no_currency() -> None:
    assert exponent("PTS") == 0
    assert commodities() == ("PTS",)
    assert "PTS" not in currencies()


def test_everything_without_a_minor_unit_is_unknown() -> None:
    without = {item.code for item in iso4217.Currency if item.exponent is None}
    assert {"XAU", "XXX", "XTS", "XDR"} <= without
    for code in without:
        with pytest.raises(CurrencyUnknown):
            exponent(code)


@pytest.mark.parametrize("code", ["cny", "RMB", "", "CN", "CNYY", "ＣＮＹ", "XYZ", "BTC"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(CurrencyUnknown) as caught:
        Money(1, code)
    assert caught.value.code == "currency_unknown"


def test_numeric_codes_go_both_ways() -> None:
    assert numeric_code("CNY") == "156"
    assert numeric_code("AUD") == "036"
    assert currency_of_numeric("764") == "THB"
    assert all(currency_of_numeric(numeric_code(code)) == code for code in currencies())
    for unknown in ("000", "999", "36"):
        with pytest.raises(CurrencyUnknown):
            currency_of_numeric(unknown)
    with pytest.raises(CurrencyUnknown):
        numeric_code("PTS")


# Money


def test_money_adds_subtracts_and_compares_in_one_currency() -> None:
    two, five = Money(200, "CNY"), Money(500, "CNY")

    assert two + five == Money(700, "CNY")
    assert two - five == Money(-300, "CNY")
    assert -two == Money(-200, "CNY")
    assert abs(-two) == two
    assert two < five <= five < five + two
    assert sum([two, five], Money.zero("CNY")) == Money(700, "CNY")
    assert sorted([five, two]) == [two, five]


def test_currencies_never_mix() -> None:
    yuan, yen = Money(100, "CNY"), Money(100, "JPY")

    assert yuan != yen
    for mix in (
        lambda: yuan + yen,
        lambda: yuan - yen,
        lambda: yuan < yen,
        lambda: yuan <= yen,
        lambda: yuan > yen,
        lambda: yuan >= yen,
    ):
        with pytest.raises(CurrencyMismatch):
            mix()


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", True, None])
def test_only_integers_are_amounts(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "CNY")  # type: ignore[arg-type]


def test_money_is_frozen_and_a_key() -> None:
    with pytest.raises(AttributeError):
        Money(1, "CNY").amount_minor = 2  # type: ignore[misc]
    assert {Money(1, "CNY"): "x"}[Money(1, "CNY")] == "x"
    assert Money(0, "CNY")  # only None is false


# Typed amounts

GOOD = [
    ("12.50", "CNY", 1250),
    ("12.5", "CNY", 1250),
    ("12", "CNY", 1200),
    ("0.01", "CNY", 1),
    ("007", "CNY", 700),
    ("  12.50\t", "CNY", 1250),
    ("\u300012.50\u00a0", "CNY", 1250),
    ("1,234.50", "CNY", 123450),
    ("1,234,567", "CNY", 123456700),
    ("1,234", "JPY", 1234),
    ("1200", "JPY", 1200),
    ("1.234", "KWD", 1234),
    ("1.2345", "CLF", 12345),
    ("1,234.567", "KWD", 1234567),
    ("100000000000", "CNY", 10**13),
    ("0" * 500 + "1", "CNY", 100),
    ("15", "PTS", 15),
]
BAD = [
    *[(text, "CNY", "amount_missing") for text in ("", " ", "\t", "\u3000\u3000")],
    *[
        (text, "CNY", "amount_not_a_number")
        for text in (
            *("NaN", "nan", "-NaN", "Infinity", "inf", "-inf", "1e400", "1E2", "1e-2", "0x10"),
            *("+5", "5+", "--5", "- 5", "5-", "¥5", "5元", "5 yuan", "一百", "abc", ".", "-", ","),
            *(".5", "5.", "1.2.3", "1..2", "1 000", "1_000", "1'000", "12:50", "1/2", "50%"),
            *("12.50\n", "\n12", "1\x002", "\x0012", "٣٤", "१२", "²", "½", "⑤", "1\u200b2"),
            *("1\u202e2", "=1+1", "1;2", "$12", "12。5", "true", "None", "12.5a", "12.٥"),
        )
    ],
    *[
        (text, "CNY", "amount_not_a_number")
        for text in ("1,234", "12,50", "1,5", ",5", "5,", "1,23.50", "1,2345.00", "1.234,50")
    ],
    *[
        (text, "CNY", "amount_full_width_digits")
        for text in ("１２", "１２．５０", "12．5", "１2.5", "－５", "1，234.50")
    ],
    *[
        (text, currency, "amount_too_many_decimals")
        for text, currency in (
            *(("1.005", "CNY"), ("0.001", "CNY"), ("1.000", "CNY"), ("1,234.505", "CNY")),
            *(("1.5", "JPY"), ("1.0", "JPY"), ("1.0", "PTS"), ("1.2345", "KWD")),
            *(("1.23456", "CLF"), ("0." + "0" * 400 + "1", "CNY")),
        )
    ],
    *[
        (text, "CNY", "amount_not_positive")
        for text in (
            "0",
            "0.0",
            "0.00",
            "000",
            "-1",
            "-0.01",
            "-0",
            "\u22125",
            "-12.50",
            "-1,234.50",
        )
    ],
    *[
        (text, "CNY", "amount_too_large")
        for text in ("100000000000.01", "9" * 20, "9" * 5000, "999,999,999,999.00")
    ],
    ("1", "XYZ", "currency_unknown"),
    ("", "cny", "currency_unknown"),
]


@pytest.mark.parametrize(("text", "currency", "minor"), GOOD)
def test_a_typed_amount_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text=text, currency=currency) == Money(minor, currency)


@pytest.mark.parametrize(("text", "currency", "code"), BAD)
def test_a_bad_amount_has_its_own_refusal(text: str, currency: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_amount(text=text, currency=currency)
    assert caught.value.code == code
    assert caught.value.sentence % caught.value.fields


def test_the_maximum_is_in_minor_units_and_included() -> None:
    assert parse_amount(text="5000.00", currency="CNY", maximum_minor=500_000)
    with pytest.raises(Refusal) as caught:
        parse_amount(text="5000.01", currency="CNY", maximum_minor=500_000, field="value")
    assert caught.value.fields == {"maximum": Money(500_000, "CNY")}
    assert caught.value.field == "value"


def test_the_sentence_about_decimals_fits_the_currency() -> None:
    with pytest.raises(Refusal, match="has at most 2 digits after the dot"):
        parse_amount(text="1.005", currency="CNY")
    with pytest.raises(Refusal, match="An amount in JPY is a whole number"):
        parse_amount(text="1.5", currency="JPY")


@pytest.mark.parametrize(
    ("minor", "code"),
    [(0, "amount_not_positive"), (-1, "amount_not_positive"), (10**13 + 1, "amount_too_large")],
)
def test_minor_units_of_a_program_are_checked_too(minor: int, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_amount(amount_minor=minor, currency="CNY")
    assert caught.value.code == code
    assert check_amount(amount_minor=1, currency="CNY") == Money(1, "CNY")


@settings(deadline=None)
@given(st.integers(1, 10**13), st.sampled_from(["CNY", "JPY", "KWD", "CLF", "PTS"]))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_amount(text=money_decimal_text(money), currency=currency) == money


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        money = parse_amount(text=text, currency="CNY")
    except Refusal:
        return
    assert 0 < money.amount_minor <= 10**13


# Shares


@pytest.mark.parametrize("case", MONEY_RULES["allocation"], ids=lambda case: case["source"])
def test_published_allocations(case: dict) -> None:
    shares = split(amount_minor=case["amount"], weights=case["weights"])
    assert sum(shares) == case["amount"]
    if "shares" in case:
        assert shares == case["shares"]
    assert min(shares) >= case.get("min_share", 0)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (0, [1, 2], [0, 0]),
        (100, [1, 1, 1], [34, 33, 33]),
        (1, [1, 1, 1], [1, 0, 0]),
        (4, [1] * 8, [1, 1, 1, 1, 0, 0, 0, 0]),
        (7, [0, 1, 0], [0, 7, 0]),
        (5, [3, 0, 1], [4, 0, 1]),
        (10**16, [1, 10**15], [10, 10**16 - 10]),
    ],
)
def test_split_by_largest_remainder(amount: int, weights: list[int], shares: list[int]) -> None:
    assert split(amount_minor=amount, weights=weights) == shares


@pytest.mark.parametrize(
    ("amount", "weights"), [(1, []), (1, [0, 0]), (0, [0]), (1, [1, -1]), (1, [-1]), (-1, [1])]
)
def test_split_needs_positive_weights(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError):
        split(amount_minor=amount, weights=weights)


@settings(deadline=None, max_examples=300)
@given(
    st.integers(0, 10**13),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any),
)
def test_shares_sum_exactly_and_stay_within_one_of_their_quota(
    amount: int, weights: list[int]
) -> None:
    shares = split(amount_minor=amount, weights=weights)

    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        low = amount * weight // sum(weights)
        assert low <= share <= low + 1
        assert weight > 0 or share == 0


@pytest.mark.parametrize("case", MONEY_RULES["merchant_fee_half_up"], ids=str)
def test_published_fees(case: dict) -> None:
    fee = basis_points_half_up(amount_minor=case["amount"], basis_points=case["basis_points"])
    assert fee == case["fee"]


def test_basis_points_of_a_reversal_are_the_opposite() -> None:
    assert basis_points_half_up(amount_minor=-25, basis_points=200) == -1
    assert basis_points_half_up(amount_minor=0, basis_points=60) == 0
    assert basis_points_half_up(amount_minor=10**15 + 1, basis_points=10_000) == 10**15 + 1
    with pytest.raises(ValueError):
        basis_points_half_up(amount_minor=1, basis_points=-1)


# Showing


@pytest.mark.parametrize(
    ("money", "chinese", "english"),
    [
        (Money(1250, "CNY"), "¥12.50", "¥12.50"),
        (Money(123456789, "CNY"), "¥1,234,567.89", "¥1,234,567.89"),
        (Money(-5, "CNY"), "-¥0.05", "-¥0.05"),
        (Money(0, "CNY"), "¥0.00", "¥0.00"),
        (Money(1234, "JPY"), "JP¥1,234", "JP¥1,234"),
        (Money(1250, "USD"), "US$12.50", "$12.50"),
        (Money(1250, "HKD"), "HK$12.50", "HK$12.50"),
        (Money(1234567, "KWD"), "KWD\u00a01,234.567", "KWD\u00a01,234.567"),
        (Money(10000, "ISK"), "ISK\u00a010,000", "ISK\u00a010,000"),
        (Money(12345, "CLF"), "CLF\u00a01.2345", "CLF\u00a01.2345"),
        (Money(1200, "PTS"), "1,200积分", "1,200 points"),
        (Money(1, "PTS"), "1积分", "1 point"),
        (Money(10**15 + 1, "CNY"), "¥10,000,000,000,000.01", "¥10,000,000,000,000.01"),
    ],
)
def test_money_is_shown_with_the_decimals_of_the_standard(
    money: Money, chinese: str, english: str
) -> None:
    assert format_money(money, "zh-hans") == chinese
    assert format_money(money, "zh_CN") == chinese
    assert format_money(money, "en") == english


def test_every_currency_can_be_shown_and_told_from_the_yuan() -> None:
    for code in (*currencies(), *commodities()):
        for language in ("zh-hans", "en"):
            shown = format_money(Money(123456, code), language)
            assert code == "CNY" or not shown.startswith("¥")


@pytest.mark.parametrize(
    ("money", "chinese", "english"),
    [
        (Money(1250, "CNY"), "收款12.5元", "Received 12.5 yuan"),
        (Money(1200, "CNY"), "收款12元", "Received 12 yuan"),
        (Money(10000, "CNY"), "收款100元", "Received 100 yuan"),
        (Money(5, "CNY"), "收款0.05元", "Received 0.05 yuan"),
        (Money(123456789, "CNY"), "收款1234567.89元", "Received 1234567.89 yuan"),
        (Money(1200, "JPY"), "收款1200日元", "Received 1200 yen"),
        (Money(100, "USD"), "收款1美元", "Received 1 US dollar"),
        (Money(20, "PTS"), "收到20积分", "Received 20 points"),
    ],
)
def test_what_is_spoken(money: Money, chinese: str, english: str) -> None:
    assert spoken(money, "zh-hans") == chinese
    assert spoken(money, "en") == english
