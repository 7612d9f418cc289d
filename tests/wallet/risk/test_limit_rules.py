"""Limits: what passes, what asks for the PIN, what is declined."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Refusal
from foundation.money import Money
from wallet.risk.rules import (
    ChallengeNeeded,
    DailyLimit,
    Limits,
    LimitsNotOrdered,
    PerPaymentLimit,
    WalletFrozen,
    check_limits,
    decide,
)

AT = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)


def judge(
    minor: int, *, spent: int = 0, challenged: bool = False, frozen_at: dt.datetime | None = None
) -> type[Refusal] | None:
    try:
        decide(
            limits=Limits(),
            amount=Money(minor, "CNY"),
            spent_today_minor=spent,
            challenged=challenged,
            frozen_at=frozen_at,
        )
    except Refusal as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    ("minor", "spent", "challenged", "answer"),
    [
        (1, 0, False, None),
        (20_000, 0, False, None),
        (20_001, 0, False, ChallengeNeeded),
        (20_001, 0, True, None),
        (500_000, 0, True, None),
        (500_001, 0, True, PerPaymentLimit),
        (500_001, 0, False, PerPaymentLimit),
        (500_000, 500_000, True, None),
        (500_000, 500_001, True, DailyLimit),
        (500_000, 500_001, False, DailyLimit),
        (1, 1_000_000, False, DailyLimit),
        (1, 2_000_000, False, DailyLimit),
    ],
)
def test_limits_include_their_own_amount(
    minor: int, spent: int, challenged: bool, answer: type[Refusal] | None
) -> None:
    assert judge(minor, spent=spent, challenged=challenged) is answer


def test_a_frozen_wallet_pays_nothing() -> None:
    assert judge(1, challenged=True, frozen_at=AT) is WalletFrozen
    assert judge(10**9, frozen_at=AT) is WalletFrozen


def test_refusals_say_the_limit_and_what_is_left() -> None:
    with pytest.raises(DailyLimit) as caught:
        decide(
            limits=Limits(per_day_minor=600_000),
            amount=Money(200_000, "CNY"),
            spent_today_minor=450_000,
            challenged=True,
        )
    assert caught.value.fields == {"limit": Money(600_000, "CNY"), "left": Money(150_000, "CNY")}
    assert (caught.value.sticks, caught.value.status) == (True, 409)


def test_the_challenge_is_not_an_answer_to_keep() -> None:
    assert not ChallengeNeeded.sticks
    assert (ChallengeNeeded.code, ChallengeNeeded.status) == ("pin_required", 403)


@pytest.mark.parametrize("limits", [(-1, 5, 10), (6, 5, 10), (1, 11, 10)])
def test_limits_have_an_order(limits: tuple[int, int, int]) -> None:
    with pytest.raises(LimitsNotOrdered):
        check_limits(Limits(*limits))
    assert check_limits(Limits()) == Limits()
    assert check_limits(Limits(0, 0, 0)) == Limits(0, 0, 0)


@given(st.integers(1, 2_000_000), st.integers(0, 2_000_000), st.booleans())
def test_nothing_passes_above_any_limit(minor: int, spent: int, challenged: bool) -> None:
    if judge(minor, spent=spent, challenged=challenged) is None:
        assert minor <= 500_000
        assert spent + minor <= 1_000_000
        assert challenged or minor <= 20_000
