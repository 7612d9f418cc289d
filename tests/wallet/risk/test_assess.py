import datetime as dt

import pytest

from foundation.money import Money
from tests.factories.wallet import in_entry, make_member, set_limits, snapshot, together, yuan
from wallet.risk import actions, queries
from wallet.risk.rules import (
    ChallengeNeeded,
    DailyLimit,
    Limits,
    LimitsNotOrdered,
    PerPaymentLimit,
    WalletFrozen,
)

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)


def assess(member, text: str, at: dt.datetime, *, challenged: bool = False) -> None:
    in_entry(actions.assess, user_id=member.id, amount=yuan(text), at=at, challenged=challenged)


def test_counts_a_payment_on_its_business_day(at):
    member = make_member()

    assess(member, "120.50", at)
    assess(member, "79.50", at)

    assert queries.spent_on(user_id=member.id, at=at) == 20_000


def test_day_is_cut_at_midnight_in_shanghai():
    member = make_member()
    before = dt.datetime(2026, 3, 14, 15, 59, 59, tzinfo=dt.UTC)
    after = dt.datetime(2026, 3, 14, 16, 0, 0, tzinfo=dt.UTC)

    assess(member, "100", before)
    assess(member, "50", after)

    assert queries.spent_on(user_id=member.id, at=before) == 10_000
    assert queries.spent_on(user_id=member.id, at=after) == 5_000


def test_amount_at_the_one_tap_limit_passes_and_one_fen_more_asks_for_the_pin(at):
    member = make_member()
    assess(member, "200", at)
    before = snapshot()

    with pytest.raises(ChallengeNeeded) as refused:
        assess(member, "200.01", at)

    assert (refused.value.status, refused.value.sticks) == (403, False)
    assert snapshot() == before


def test_right_pin_lets_a_larger_amount_pass(at):
    member = make_member()

    assess(member, "200.01", at, challenged=True)

    assert queries.spent_on(user_id=member.id, at=at) == 20_001


def test_per_payment_limit_holds_even_with_a_pin(at):
    member = make_member()
    before = snapshot()

    with pytest.raises(PerPaymentLimit) as refused:
        assess(member, "5000.01", at, challenged=True)

    assert refused.value.fields == {"limit": Money(500_000, "CNY")}
    assert refused.value.sticks
    assert snapshot() == before


def test_daily_limit_says_what_is_left(at):
    member = make_member()
    assess(member, "5000", at, challenged=True)
    assess(member, "4900", at, challenged=True)
    before = snapshot()

    with pytest.raises(DailyLimit) as refused:
        assess(member, "100.01", at)

    assert refused.value.fields == {
        "limit": Money(1_000_000, "CNY"),
        "left": Money(10_000, "CNY"),
    }
    assert snapshot() == before
    assess(member, "100", at)
    assert queries.spent_on(user_id=member.id, at=at) == 1_000_000


def test_own_limits_take_the_place_of_the_standard_ones(at):
    member = make_member()
    set_limits(member=member, limits=Limits(1_000, 2_000, 3_000))

    with pytest.raises(ChallengeNeeded):
        assess(member, "10.01", at)
    with pytest.raises(PerPaymentLimit):
        assess(member, "20.01", at, challenged=True)
    assess(member, "20", at, challenged=True)
    with pytest.raises(DailyLimit):
        assess(member, "10.01", at, challenged=True)

    assert queries.limits_of(user_id=member.id) == Limits(1_000, 2_000, 3_000)
    assert queries.spent_on(user_id=member.id, at=at) == 2_000


def test_first_payment_of_a_day_is_held_to_the_daily_limit_too(at):
    member = make_member()
    set_limits(member=member, limits=Limits(0, 0, 0))

    with pytest.raises(PerPaymentLimit):
        assess(member, "0.01", at, challenged=True)

    assert queries.spent_on(user_id=member.id, at=at) == 0


def test_stopped_wallet_pays_nothing_until_it_works_again(at):
    member = make_member()
    in_entry(actions.freeze, user_id=member.id, at=at)
    before = snapshot()

    with pytest.raises(WalletFrozen) as refused:
        assess(member, "0.01", at, challenged=True)

    assert refused.value.fields == {"frozen_at": at}
    assert snapshot() == before
    in_entry(actions.unfreeze, user_id=member.id, at=at)
    assess(member, "0.01", at)
    assert queries.find_frozen_at(user_id=member.id) is None


def test_second_stop_keeps_the_time_of_the_first(at):
    member = make_member()
    in_entry(actions.freeze, user_id=member.id, at=at)

    in_entry(actions.freeze, user_id=member.id, at=at + dt.timedelta(hours=1))

    assert queries.find_frozen_at(user_id=member.id) == at


def test_limits_that_contradict_each_other_are_refused(at):
    member = make_member()
    before = snapshot()

    with pytest.raises(LimitsNotOrdered):
        set_limits(member=member, limits=Limits(3_000, 2_000, 10_000))

    assert snapshot() == before


def test_refund_gives_the_day_back_but_never_below_nothing(at):
    member = make_member()
    assess(member, "100", at)
    day = dt.date(2026, 3, 14)

    in_entry(actions.give_back, user_id=member.id, amount=yuan("30"), day=day)
    assert queries.spent_on(user_id=member.id, at=at) == 7_000
    in_entry(actions.give_back, user_id=member.id, amount=yuan("100"), day=day)
    assert queries.spent_on(user_id=member.id, at=at) == 0


@committed
def test_is_a_step(at):
    with pytest.raises(RuntimeError, match="is a step"):
        actions.assess(user_id=1, amount=yuan("1"), at=at, challenged=False)


@committed
def test_sixteen_threads_never_pass_the_daily_limit(at):
    member = make_member()
    set_limits(member=member, limits=Limits(100_000, 100_000, 100_000))

    results = together(16, lambda _: assess(member, "150", at))

    assert sorted(type(result).__name__ for result in results) == (
        ["DailyLimit"] * 10 + ["NoneType"] * 6
    )
    assert queries.spent_on(user_id=member.id, at=at) == 90_000
