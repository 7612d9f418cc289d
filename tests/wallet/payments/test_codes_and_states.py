"""Pay codes, reference numbers, and the graphs of states."""

import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.payments.rules import (
    MOVES,
    group_pay_code,
    group_reference,
    hash_pay_code,
    is_pay_code,
    is_payee_number,
    is_reference,
    may_move,
    new_pay_code,
    new_reference,
    status_after_refund,
    ungroup,
)

KEY = b"k" * 32


def test_pay_codes_have_their_form_and_do_not_repeat() -> None:
    codes = {new_pay_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert all(is_pay_code(code) and len(code) == 18 and code.startswith("28") for code in codes)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "28",
            "281234567890123456",
            "138001380001380001",
            "2812345678901234",
            "28" + "1" * 17,
        ),
        *(
            "２８0000000000000000",
            " 28000000000000000",
            "28000000000000000\n",
            "28abc4567890123456",
        ),
    ],
)
def test_what_is_no_pay_code(text: str) -> None:
    assert not is_pay_code(text)


def test_a_pay_code_is_read_in_groups_and_back() -> None:
    code = new_pay_code()
    assert group_pay_code("281234567890123456") == "2812 3456 7890 1234 56"
    assert ungroup(f" {group_pay_code(code)} ") == code


def test_only_a_keyed_hash_of_a_pay_code_is_stored() -> None:
    code = new_pay_code()
    digest = hash_pay_code(code=code, key=KEY)

    assert digest == hmac.new(KEY, code.encode(), hashlib.sha256).hexdigest()
    assert len(digest) == 64
    assert digest != hash_pay_code(code=code, key=b"l" * 32)
    with pytest.raises(ValueError):
        hash_pay_code(code=code, key=b"short")


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(9999, 12, 31)))
def test_references_begin_with_their_day(day: date) -> None:
    reference = new_reference(day=day)

    assert len(reference) == 20
    assert reference[:8] == f"{day:%Y%m%d}"
    assert is_reference(reference)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20260314",
        "20261314000000000000",
        "20260230000000000007",
        "2026031400000000000x",
        "1" * 20,
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert not is_reference(text)


def test_a_reference_is_read_in_groups() -> None:
    assert group_reference("20260314123456789012") == "20260314 1234 5678 9012"


def test_moves_of_a_request() -> None:
    assert MOVES["request"]["open"] == {"paid", "cancelled", "expired"}
    for final in ("paid", "cancelled", "expired"):
        assert MOVES["request"][final] == frozenset()


def test_moves_of_a_payment() -> None:
    assert may_move(subject="payment", from_status="captured", to_status="partly_refunded")
    assert may_move(subject="payment", from_status="partly_refunded", to_status="partly_refunded")
    assert may_move(subject="payment", from_status="partly_refunded", to_status="refunded")
    assert not may_move(subject="payment", from_status="refunded", to_status="captured")
    assert not may_move(subject="payment", from_status="partly_refunded", to_status="captured")
    for wrong in ("open", "lost"):
        with pytest.raises(KeyError):
            may_move(subject="payment", from_status="captured", to_status=wrong)


def test_every_target_of_a_move_is_a_state() -> None:
    for moves in MOVES.values():
        assert set().union(*moves.values()) <= moves.keys()


@pytest.mark.parametrize(
    ("refunded", "status"),
    [(0, "captured"), (1, "partly_refunded"), (999, "partly_refunded"), (1000, "refunded")],
)
def test_status_follows_the_refunded_amount(refunded: int, status: str) -> None:
    assert status_after_refund(amount_minor=1000, refunded_minor=refunded) == status


@pytest.mark.parametrize("refunded", [-1, 1001])
def test_no_status_outside_the_payment(refunded: int) -> None:
    with pytest.raises(ValueError):
        status_after_refund(amount_minor=1000, refunded_minor=refunded)


@pytest.mark.parametrize("text", ["", "0000000000", "1234567890", "100000000", "１000000016"])
def test_what_is_no_payee_number(text: str) -> None:
    assert not is_payee_number(text)
