"""Free text and check digits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.check_digits import is_luhn, luhn_digit
from foundation.errors import Refusal
from foundation.text import BIDI_CONTROLS, clean_text, has_hidden_characters


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (None, ""),
        ("", ""),
        ("  牛肉面  两碗 ", "牛肉面 两碗"),
        ("a\tb\r\nc\u2028d", "a b c d"),
        ("\u3000全角\u3000空格\u00a0", "全角 空格"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zerowidth"),
        ("e\u0301", "é"),
        ("👍🏽 谢谢", "👍🏽 谢谢"),
        ("𠮷野家", "𠮷野家"),
        ("<b>&amp;", "<b>&amp;"),
        ("\U000e0041hidden tag", "hidden tag"),
    ],
)
def test_text_is_cleaned(text: str | None, cleaned: str) -> None:
    assert clean_text(text, 40) == cleaned


def test_several_lines_stay_when_asked() -> None:
    cleaned = clean_text(" one \r\n\r\n\r\n\n two\x0bthree ", 40, multiline=True)
    assert cleaned == "one\n\ntwo\nthree"


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "\x07", "a\x1bb", "\x7f", "\x9f", "\ud800", "a\udfff", *sorted(BIDI_CONTROLS)],
    ids=ascii,
)
def test_dishonest_text_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        clean_text(text, 40, field="note")
    assert (caught.value.code, caught.value.field) == ("text_not_readable", "note")


def test_length_is_counted_after_cleaning() -> None:
    assert clean_text(" 1234567890\u200b ", 10) == "1234567890"
    for text in ("12345678901", "x" * 10**6, " " * 10**6):
        with pytest.raises(Refusal) as caught:
            clean_text(text, 10)
        assert caught.value.code == "text_too_long"
        assert caught.value.fields == {"maximum": 10}


def test_a_required_text_is_visible() -> None:
    for text in (None, "", " \u3000", "\u200b\ufeff"):
        with pytest.raises(Refusal) as caught:
            clean_text(text, 10, required=True)
        assert caught.value.code == "text_missing"


@settings(deadline=None)
@given(st.text(max_size=60), st.booleans())
def test_cleaning_twice_changes_nothing(text: str, multiline: bool) -> None:
    try:
        once = clean_text(text, 200, multiline=multiline)
    except Refusal:
        return
    assert clean_text(once, 200, multiline=multiline) == once
    assert not once.startswith(" ")
    assert not once.endswith(" ")
    assert multiline or "\n" not in once


def test_hidden_characters_are_found() -> None:
    for character in ("\x00", "\u200b", "\u202e", "\ud800", "\u3164", "\u2800", "\u2028"):
        assert has_hidden_characters(f"a{character}b")
    assert not has_hidden_characters("王小明 Ámbar-O'Neil 👍")


@pytest.mark.parametrize("number", ["79927398713", "6200000000000005", "00"])
def test_published_luhn_numbers(number: str) -> None:
    assert is_luhn(number)
    assert luhn_digit(number[:-1]) == number[-1]


@pytest.mark.parametrize(
    "number", ["6222021234567890123", "79927398710", "", "0", "7992739871３", "x0"]
)
def test_not_luhn(number: str) -> None:
    assert not is_luhn(number)


@pytest.mark.parametrize("body", ["", "12a", "１２"])
def test_luhn_needs_ascii_digits(body: str) -> None:
    with pytest.raises(ValueError):
        luhn_digit(body)


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.data())
def test_luhn_finds_every_single_wrong_digit(body: str, data: st.DataObject) -> None:
    number = body + luhn_digit(body)
    index = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[index]))

    assert is_luhn(number)
    assert not is_luhn(number[:index] + wrong + number[index + 1 :])
