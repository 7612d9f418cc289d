"""PINs: weak ones, and the growing lock."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refusal
from members.security.rules import (
    PinLocked,
    WrongPin,
    check_form,
    check_new_pin,
    check_not_locked,
    lock_after,
    refusal_after,
)

AT = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
PHONE = "+8613800138427"
BIRTHDAY = dt.date(1951, 9, 27)


@pytest.mark.parametrize("pin", ["739184", "082946", "640937", "917305"])
def test_good_pins_are_taken(pin: str) -> None:
    assert check_new_pin(pin, phone=PHONE, birthday=BIRTHDAY, repeated=pin) == pin


FORM = [
    *[(pin, "pin_missing") for pin in ("",)],
    *[
        (pin, "pin_not_six_digits")
        for pin in (
            *(
                "1",
                "12345",
                "1234567",
                "abcdef",
                "12 345",
                " 739184",
                "739184 ",
                "739184\n",
                "-39184",
            ),
            *("７３９１８４", "٧٣٩١٨٤", "73918४", "73.184", "739184\x00", "+73918", "1e4000"),
        )
    ],
]
WEAK = [
    *[
        (pin, "pin_weak_sequence")
        for pin in ("123456", "012345", "456789", "567890", "789012", "890123", "901234")
    ],
    *[(pin, "pin_weak_sequence") for pin in ("654321", "987654", "543210", "098765", "210987")],
    *[
        (pin, "pin_weak_repeated")
        for pin in (
            *("111111", "000000", "121212", "112112", "111222", "122221", "100001", "999998"),
            *("123123", "739739", "112233", "998877", "474747", "123321", "739937", "505050"),
        )
    ],
    *[
        (pin, "pin_weak_birthday")
        for pin in ("900101", "510927", "000229", "991231", "240229", "850615", "161018")
    ],
    *[
        (pin, "pin_weak_birthday")  # only because the birthday is known
        for pin in ("092751", "270951", "195109", "195127", "091951", "512709")
    ],
    *[(pin, "pin_weak_phone") for pin in ("138427", "380013", "800138")],
    *[(pin, "pin_weak_popular") for pin in ("147258", "159357", "521314", "168999")],
]


@pytest.mark.parametrize(("pin", "code"), FORM + WEAK)
def test_bad_pins_say_why(pin: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_new_pin(pin, phone=PHONE, birthday=BIRTHDAY)
    assert caught.value.code == code
    assert (caught.value.field, caught.value.status) == ("pin", 422)


@pytest.mark.parametrize(("pin", "code"), FORM)
def test_a_pin_to_check_needs_its_form_only(pin: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_form(pin)
    assert caught.value.code == code
    assert check_form("111111") == "111111"


def test_a_strangers_birthday_and_phone_are_free() -> None:
    assert check_new_pin("092751") == "092751"
    assert check_new_pin("138427") == "138427"


def test_every_form_of_a_one_digit_birthday() -> None:
    for pin in ("199011", "111990", "010190"):
        with pytest.raises(Refusal) as caught:
            check_new_pin(pin, birthday=dt.date(1990, 1, 1))
        assert caught.value.code == "pin_weak_birthday"


def test_the_repetition_must_be_the_same() -> None:
    with pytest.raises(Refusal) as caught:
        check_new_pin("739184", repeated="739185")
    assert (caught.value.code, caught.value.field) == ("pins_differ", "pin_repeated")


def test_enough_pins_are_left() -> None:
    refused = 0
    for number in range(0, 1_000_000, 7):
        try:
            check_new_pin(f"{number:06d}")
        except Refusal:
            refused += 1
    assert 0.03 < refused / (1_000_000 / 7) < 0.10


@pytest.mark.parametrize(
    ("failed", "lock"),
    [
        (0, None),
        (1, None),
        (2, None),
        (3, dt.timedelta(minutes=1)),
        (4, dt.timedelta(minutes=5)),
        (5, dt.timedelta(minutes=15)),
        (6, dt.timedelta(hours=1)),
        (7, dt.timedelta(hours=24)),
        (1000, dt.timedelta(hours=24)),
    ],
)
def test_the_lock_grows(failed: int, lock: dt.timedelta | None) -> None:
    assert lock_after(failed) == lock


def test_wrong_pins_count_down_and_then_lock() -> None:
    answers = [refusal_after(failed_count=failed, at=AT) for failed in (1, 2, 3, 4)]

    assert [type(answer) for answer in answers] == [WrongPin, WrongPin, PinLocked, PinLocked]
    assert [answer.fields for answer in answers] == [
        {"tries_left": 2},
        {"tries_left": 1},
        {"until": AT + dt.timedelta(minutes=1)},
        {"until": AT + dt.timedelta(minutes=5)},
    ]
    assert all(answer.commits and not answer.sticks for answer in answers)


def test_a_lock_ends_at_its_minute() -> None:
    until = AT + dt.timedelta(minutes=1)
    with pytest.raises(PinLocked) as caught:
        check_not_locked(locked_until=until, at=until - dt.timedelta(microseconds=1))
    assert caught.value.fields == {"until": until}
    check_not_locked(locked_until=until, at=until)
    check_not_locked(locked_until=None, at=AT)


@given(st.text(max_size=8))
def test_any_text_is_a_pin_or_a_refusal(text: str) -> None:
    try:
        assert check_new_pin(text) == text
    except Refusal:
        return
    assert len(text) == 6
    assert text.isascii()
    assert text.isdigit()
