"""Store numbers: ten digits that catch a typing mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.check_digits import is_luhn
from merchants.stores.rules import is_store_number, store_number_from


def test_the_first_numbers() -> None:
    assert [store_number_from(sequence) for sequence in (1, 2, 899_999_999)] == [
        "1000000016",
        "1000000024",
        "9999999999",
    ]


@given(st.integers(1, 899_999_999))
def test_every_number_is_valid_and_its_neighbour_another(sequence: int) -> None:
    number = store_number_from(sequence)

    assert len(number) == 10
    assert is_store_number(number)
    assert is_luhn(number)
    assert int(number[:9]) == 100_000_000 + sequence


@pytest.mark.parametrize("sequence", [0, -1, 900_000_000])
def test_sequences_out_of_range(sequence: int) -> None:
    with pytest.raises(ValueError):
        store_number_from(sequence)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1000000017",
        "100000001",
        "10000000160",
        "0000000000",
        "１000000016",
        "1000000016\n",
        "x",
    ],
)
def test_what_is_no_store_number(text: str) -> None:
    assert not is_store_number(text)
