"""Refunds: published cases, and what holds for every sequence of refunds."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.money import split
from wallet.payments.rules import refund_shares, refund_targets

CASES = json.loads((Path(__file__).parents[2] / "cases" / "money_rules.json").read_text())["refund"]
VOUCHERS = [case for case in CASES if "voucher" in case]
ROUNDING = [case for case in CASES if "listed" in case]


@pytest.mark.parametrize("case", VOUCHERS, ids=lambda case: str(case["refund"]))
def test_a_voucher_goes_back_to_its_funder(case: dict) -> None:
    member, voucher = refund_shares(
        legs=[case["total"] - case["voucher"], case["voucher"]],
        refunded_before_minor=0,
        refund_minor=case["refund"],
    )
    assert member == case["to_member"]
    assert member + voucher == case["refund"]


@pytest.mark.parametrize("case", ROUNDING, ids=lambda case: case["source"])
def test_ten_refunds_do_not_drift(case: dict) -> None:
    legs = [case["paid"], case["listed"] - case["paid"]]
    before, back = 0, []
    for refund in case["refunds"]:
        back.append(refund_shares(legs=legs, refunded_before_minor=before, refund_minor=refund)[0])
        before += refund

    assert sum(back) == case["total_back"]
    assert back == [100, 99, 100, 99, 100, 99, 100, 99, 100, 99]


def test_the_worked_numbers_of_the_documentation() -> None:
    legs = [600, 250, 150]
    given_back = []
    before = 0
    for refund in (333, 333, 334):
        given_back.append(
            refund_shares(legs=legs, refunded_before_minor=before, refund_minor=refund)
        )
        before += refund

    assert given_back == [[200, 83, 50], [200, 83, 50], [200, 84, 50]]
    assert [sum(column) for column in zip(*given_back, strict=True)] == legs


def test_largest_remainder_would_take_money_back() -> None:
    # The Alabama paradox in small: why split() is not used for refunds.
    legs = [5, 5, 2]
    assert split(amount_minor=3, weights=legs)[2] == 1
    assert split(amount_minor=4, weights=legs)[2] == 0
    thirds = [refund_targets(legs=legs, refunded_minor=total)[2] for total in range(13)]
    assert thirds == sorted(thirds)


@pytest.mark.parametrize("legs", [list(legs) for legs in itertools.product(range(6), repeat=4)][1:])
def test_every_small_payment_step_by_step(legs: list[int]) -> None:
    total = sum(legs)
    last = [0] * 4
    for refunded in range(total + 1):
        targets = refund_targets(legs=legs, refunded_minor=refunded)
        assert sum(targets) == refunded
        assert all(
            0 <= old <= new <= leg for old, new, leg in zip(last, targets, legs, strict=True)
        )
        assert abs(targets[0] * total - refunded * legs[0]) * 2 <= total
        last = targets
    assert last == legs


LEGS = st.lists(st.integers(0, 10**13), min_size=1, max_size=6).filter(any)


@settings(deadline=None, max_examples=400)
@given(LEGS, st.data())
def test_any_sequence_of_refunds(legs: list[int], data: st.DataObject) -> None:
    total = sum(legs)
    cuts = data.draw(st.lists(st.integers(1, total), max_size=8, unique=True).map(sorted))
    stops = [*[cut for cut in cuts if cut < total], total]
    before, back = 0, [0] * len(legs)
    for stop in stops:
        shares = refund_shares(legs=legs, refunded_before_minor=before, refund_minor=stop - before)
        assert sum(shares) == stop - before
        assert min(shares) >= 0
        back = [old + share for old, share in zip(back, shares, strict=True)]
        assert all(given <= leg for given, leg in zip(back, legs, strict=True))
        # The path does not matter: one refund of the same total gives the same.
        assert back == refund_shares(legs=legs, refunded_before_minor=0, refund_minor=stop)
        before = stop
    assert back == legs


@settings(deadline=None, max_examples=300)
@given(LEGS, st.data())
def test_every_leg_stays_close_to_its_exact_part(legs: list[int], data: st.DataObject) -> None:
    total = sum(legs)
    refunded = data.draw(st.integers(0, total))
    targets = refund_targets(legs=legs, refunded_minor=refunded)

    errors = [
        abs(target * total - refunded * leg) for target, leg in zip(targets, legs, strict=True)
    ]
    assert 2 * errors[0] <= total
    if len(legs) <= 3:
        assert all(error < total for error in errors)  # less than one minor unit
    assert all(2 * error <= (len(legs)) * total for error in errors)


@pytest.mark.parametrize(
    ("legs", "before", "refund"),
    [
        ([100], 0, 0),
        ([100], 0, -1),
        ([100], 0, 101),
        ([100], 60, 41),
        ([100], -1, 1),
        ([100, -1], 0, 1),
        ([], 0, 1),
        ([0, 0], 0, 1),
    ],
)
def test_what_is_no_refund(legs: list[int], before: int, refund: int) -> None:
    with pytest.raises(ValueError):
        refund_shares(legs=legs, refunded_before_minor=before, refund_minor=refund)
