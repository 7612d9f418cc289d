"""The demo town's plan: the same from the same seed, in order of time, and nobody below zero."""

import datetime as dt
from collections import Counter

import pytest

from foundation.check_digits import is_luhn
from foundation.clock import BUSINESS_ZONE
from journeys.town import rules
from members.security.rules import check_new_pin

UNTIL = dt.datetime(2026, 3, 14, 12, 0, tzinfo=dt.UTC)


def plan(seed: int = 7, members: int = 60, payments: int = 3000, until: dt.datetime = UNTIL):
    people = rules.residents(seed=seed, count=members)
    return people, rules.happenings(seed=seed, people=people, payments=payments, until=until)


def test_the_same_seed_gives_the_same_town() -> None:
    assert plan() == plan()
    assert plan() != plan(seed=8)


def test_later_in_the_day_more_has_happened_and_nothing_else_changes() -> None:
    _people, noon = plan(until=UNTIL)
    _people, night = plan(until=UNTIL + dt.timedelta(hours=3))
    assert night[: len(noon)] == noon
    assert len(night) > len(noon)


def test_everything_comes_in_order_of_time_and_nobody_goes_below_zero() -> None:
    people, happened = plan()
    balances = [0] * len(people)
    payable = [0] * len(rules.SHOPS)
    assert [one.at for one in happened] == sorted(one.at for one in happened)
    for one in happened:
        if isinstance(one, rules.TopUp):
            balances[one.member] += one.amount_minor
            assert one.started_at <= one.at
        elif isinstance(one, rules.Purchase):
            balances[one.member] -= one.amount_minor
            payable[one.shop] += one.amount_minor
            assert balances[one.member] >= 0
            assert one.opened_at <= one.at
        else:
            balances[one.purchase.member] += one.amount_minor
            payable[one.purchase.shop] -= one.amount_minor
            assert payable[one.purchase.shop] >= 0


def test_refunds_never_exceed_their_payment() -> None:
    returned: Counter = Counter()
    _people, happened = plan(payments=6000)
    for one in happened:
        if isinstance(one, rules.Return):
            returned[one.purchase.uid] += one.amount_minor
            assert 0 < returned[one.purchase.uid] <= one.purchase.amount_minor
    assert 6000 * 0.01 < len(returned) < 6000 * 0.025


def test_references_and_uids_are_unique_and_well_formed() -> None:
    _people, happened = plan()
    bought = [one for one in happened if isinstance(one, rules.Purchase)]
    assert len({one.uid for one in bought}) == len({one.reference for one in bought}) == len(bought)
    assert all(len(one.reference) == 20 and is_luhn(one.reference) for one in bought)


def test_shops_keep_their_hours() -> None:
    _people, happened = plan()
    breakfast = {n for n, shop in enumerate(rules.SHOPS) if shop.trade == "breakfast"}
    hours = Counter(
        one.at.astimezone(BUSINESS_ZONE).hour
        for one in happened
        if isinstance(one, rules.Purchase) and one.shop in breakfast
    )
    assert set(hours) <= {5, 6, 7, 8, 9, 10}
    assert hours[7] > hours[9]


def test_a_third_are_seniors_with_large_text() -> None:
    people = rules.residents(seed=rules.SEED, count=200)
    seniors = [one for one in people if one.senior]
    assert 60 <= len(seniors) <= 75
    assert {one.size for one in seniors} == {"large", "xlarge"}
    assert {one.size for one in people if not one.senior} == {"standard"}
    assert len({one.name for one in people}) == len({one.phone for one in people}) == 200
    assert people[0].name == "王秀英"
    assert len(rules.SHOPS) == 24
    assert {shop.district for shop in rules.SHOPS} == set(rules.DISTRICTS)


@pytest.mark.parametrize("phone", ["+8619900000001", "+8619900010001"])
def test_the_demo_pin_is_one_that_may_be_set(phone: str) -> None:
    assert check_new_pin(rules.PIN, phone=phone) == rules.PIN
