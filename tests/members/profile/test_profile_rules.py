"""Phone numbers, names, settings and masks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Refusal
from foundation.text import BIDI_CONTROLS, has_hidden_characters
from members.profile.rules import (
    CONTRASTS,
    LANGUAGES,
    SIZES,
    check_contrast,
    check_display_name,
    check_language,
    check_size,
    mask_name,
    mask_phone,
    normalise_phone,
)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800138000", "+8613800138000"),
        (" 138 0013 8000 ", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("138–0013–8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+852 5123 4567", "+85251234567"),
        ("+1 (212) 555-2368", "+12125552368"),
    ],
)
def test_a_phone_number_has_one_form(text: str, phone: str) -> None:
    assert normalise_phone(text) == phone
    assert normalise_phone(phone) == phone


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "phone_missing") for text in ("", "  ", "\u3000")],
        *[
            (text, "phone_not_valid")
            for text in (
                *("1", "138001380", "138001380000", "23800138000", "10000000000", "110", "95588"),
                *("1380013800a", "1-800-FLOWERS", "13800138000 ext 5", "13800138000;ext=5", "abc"),
                *("+86", "+999 12345678", "++8613800138000", "1380\x0013800", "138001380\n00x"),
                *("١٣٨٠٠١٣٨٠٠٠", "13800138000,1", "tel:13800138000", "1" * 40, "' or 1=1", "@"),
            )
        ],
        *[(text, "phone_not_mobile") for text in ("010 8888 8888", "+86 21 6888 8888")],
    ],
)
def test_bad_phone_numbers(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        normalise_phone(text)
    assert (caught.value.code, caught.value.field) == (code, "phone")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明", "王小明"),
        ("王", "王"),
        ("  Alice   Wong ", "Alice Wong"),
        ("Anne-Marie O'Neil", "Anne-Marie O'Neil"),
        ("J. R. Müller", "J. R. Müller"),
        ("e\u0301lodie", "élodie"),
        ("买买提·艾力", "买买提·艾力"),
        ("བཀྲ་ཤིས".replace("་", " "), "བཀྲ ཤིས"),
        ("ئابدۇرېھىم", "ئابدۇرېھىم"),
        ("राम", "राम"),
        ("刘〇", "刘〇"),
        ("𠮷田", "𠮷田"),
        ("小王2号", "小王2号"),
        ("阿香（面馆）", "阿香（面馆）"),
        ("n" * 30, "n" * 30),
    ],
)
def test_names_of_people(text: str, name: str) -> None:
    assert check_display_name(text) == name
    assert check_display_name(name) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "display_name_missing") for text in ("", " ", "\u3000\t")],
        *[(text, "display_name_too_long") for text in ("n" * 31, "王" * 1000)],
        *[
            (text, "display_name_is_number")
            for text in (
                *("13800138000", "42", "１２３", "1 2 3", "小王13800138000", "小王 138 0013 8000"),
                *("Wang 138-001-380", "٣٤٥", "3.14", "〇1"),
            )
        ],
        *[
            (text, "display_name_is_link")
            for text in (
                *(
                    "https://a.b",
                    "www.evil",
                    "evil.com",
                    "加我wx.vip",
                    "Evil.CN",
                    "x://y",
                    "ab。com",
                ),
            )
        ],
        *[
            (text, "display_name_not_readable")
            for text in (
                *("a\x00b", "a\u200bb", "\ufeffa", "a\u00adb", "a\x1b[1m", "a\nb", "\ud800x"),
                *(f"a{control}b" for control in sorted(BIDI_CONTROLS)),
                *("\u3164", "a\u2800b", "...", "-", "()", "😀", "王😀", "<b>", "a&b", "a/b", "a@b"),
                *("a_b", "a=b", "=a", '"a"', "\u0301a", "a;b", "王★", "a\u2028b", "\u200b"),
            )
        ],
    ],
    ids=ascii,
)
def test_bad_names(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_display_name(text)
    assert (caught.value.code, caught.value.field) == (code, "display_name")


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=40))
def test_any_text_is_a_name_or_a_refusal(text: str) -> None:
    try:
        name = check_display_name(text)
    except Refusal:
        return
    assert 1 <= len(name) <= 30
    assert check_display_name(name) == name
    assert not has_hidden_characters(name)


def test_settings_have_fixed_choices() -> None:
    assert [check_size(size) for size in SIZES] == ["standard", "large", "xlarge"]
    assert [check_contrast(contrast) for contrast in CONTRASTS] == ["standard", "high"]
    assert [check_language(language) for language in LANGUAGES] == ["zh-hans", "en"]
    for check, field in (
        (check_size, "size"),
        (check_contrast, "contrast"),
        (check_language, "language"),
    ):
        for wrong in ("", "LARGE", "huge", "zh", "\x00"):
            with pytest.raises(Refusal) as caught:
                check(wrong)
            assert (caught.value.code, caught.value.field) == ("choice_unknown", field)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613800138000", "138****8000"),
        ("+85251234567", "+852 ****4567"),
        ("+12125552368", "+1 ****2368"),
        ("+29051234", "+290 ****"),
        ("", "****"),
        ("nonsense", "****"),
    ],
)
def test_phones_are_masked(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王小明", "王**"), ("王明", "王*"), ("王", "*"), ("", ""), ("Alice Wong", "A**** W***")],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked
