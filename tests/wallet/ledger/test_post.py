"""Posting: what moves, what is refused, and that a refusal moves nothing."""

import dataclasses
import datetime as dt
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.wallet.ledger.books import (
    balances,
    funded,
    journal,
    opened,
    post,
    refused,
    rows,
)
from wallet.ledger import actions, queries, rules

pytestmark = [pytest.mark.django_db, pytest.mark.ledger]
NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)


def test_a_payment_moves_money_and_keeps_the_running_balance() -> None:
    member, shop = funded(1000), opened()
    paid = journal((member, -300), (shop, 300))
    post(paid)
    post(journal((member, -200), (shop, 200)))
    assert balances(member, shop) == [500, 500]
    lines = queries.list_entries(account_id=member.id)
    assert [(line.version, line.amount_minor, line.balance_minor) for line in lines] == [
        (3, -200, 500),
        (2, -300, 700),
        (1, 1000, 1000),
    ]
    assert lines[1].journal_uid == paid.uid
    assert (lines[1].kind, lines[1].reference) == ("test", "T-1")
    assert queries.verify().clean


def test_posting_is_one_round_trip() -> None:
    member, shop = funded(1000), opened()
    batch = [journal((member, -1), (shop, 1)) for _ in range(50)]
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        actions.post(journals=batch)
    assert len(captured) == 1
    assert balances(member, shop) == [950, 50]


def test_the_legs_keep_their_order_whatever_the_lock_order() -> None:
    first, second, third = opened(), opened(), funded(100)
    ids = post(journal((third, -100), (first, 60), (second, 40)))
    ids += post(journal((first, -60), (third, 60)))
    assert [(leg.account_id, leg.amount_minor) for leg in queries.list_legs(journal_id=ids[0])] == [
        (third.id, -100),
        (first.id, 60),
        (second.id, 40),
    ]
    assert [leg.account_id for leg in queries.list_legs(journal_id=ids[1])] == [first.id, third.id]


def test_the_last_cent_can_be_spent_and_no_more() -> None:
    member, shop = funded(100), opened()
    post(journal((member, -100), (shop, 100)))
    with refused(rules.InsufficientFunds):
        post(journal((member, -1), (shop, 1)))
    assert balances(member, shop) == [0, 100]


def test_a_payer_with_the_higher_id_is_gated_too() -> None:
    shop, member = opened(), funded(10)
    with refused(rules.InsufficientFunds):
        post(journal((member, -11), (shop, 11)))
    with refused(rules.InsufficientFunds):
        post(journal((shop, 11), (member, -11)))


def test_a_floor_below_zero_is_credit_and_none_is_no_floor() -> None:
    credit, endless, shop = opened(floor=-500), opened(floor=None), opened()
    post(journal((credit, -500), (shop, 500)))
    with refused(rules.InsufficientFunds):
        post(journal((credit, -1), (shop, 1)))
    post(journal((endless, -(10**15)), (shop, 10**15)))
    assert balances(credit, endless, shop) == [-500, -(10**15), 10**15 + 500]


def test_a_ceiling_refuses_credits_only() -> None:
    source, member = opened(floor=None), opened(ceiling=1000)
    post(journal((source, -1000), (member, 1000)))
    with refused(rules.AboveCeiling):
        post(journal((source, -1), (member, 1)))
    with refused(rules.AboveCeiling):
        post(*(journal((source, -1), (member, 1)) for _ in range(2)))
    post(journal((member, -1), (source, 1)))
    assert balances(member) == [999]


@pytest.mark.parametrize("count", [1, 3])
def test_an_unknown_account_is_refused(count: int) -> None:
    member = funded(1000)
    nobody = rules.Account(10**12, "x", None, "CNY", "inline", 0, None, None)
    with refused(rules.AccountUnknown):
        post(*(journal((member, -1), (nobody, 1)) for _ in range(count)))


def test_a_stripe_cannot_be_posted_to_by_its_id() -> None:
    member, budget = funded(1000), opened("striped")
    stripe_id = rows("select min(id) from ledger_account where stripe_of_id = %s", budget.id)[0][0]
    stripe = rules.Account(stripe_id, "x", None, "CNY", "inline", 0, None, None)
    with refused(rules.AccountUnknown):
        post(journal((member, -1), (stripe, 1)))
    with refused(rules.AccountUnknown):
        post(*(journal((member, -1), (stripe, 1)) for _ in range(2)))


@pytest.mark.parametrize("legs", [(-5, 4), (-5, 6), (5, 5), (-5, 3, 1)])
@pytest.mark.parametrize("count", [1, 2])
def test_what_does_not_sum_to_zero_is_refused(legs: tuple[int, ...], count: int) -> None:
    accounts = [funded(1000) for _ in legs]
    with refused(rules.JournalUnbalanced):
        post(*(journal(*zip(accounts, legs, strict=True)) for _ in range(count)))


@pytest.mark.parametrize("count", [1, 2])
def test_one_unbalanced_journal_hides_behind_no_other(count: int) -> None:
    one, other = funded(1000), funded(1000)
    for legs in ([(-5, 6), (-6, 5)] * count, [(-5, 6), (-5, 5)] * count):
        with refused(rules.JournalUnbalanced):
            post(*(journal((one, debit), (other, credit)) for debit, credit in legs))


@pytest.mark.parametrize("count", [1, 2])
def test_one_currency_does_not_pay_for_another(count: int) -> None:
    yuan, dollar = funded(1000), opened(currency="USD")
    with refused(rules.CurrencyMismatch):
        post(*(journal((yuan, -5), (dollar, 5)) for _ in range(count)))


def test_exchange_is_two_legs_a_currency_with_the_spread_its_own() -> None:
    """100 dollars at 7.1234, half a percent spread, rounded in favour of liquidity."""
    member_yuan, member_dollar = opened(), funded(10_000, currency="USD")
    liquidity_yuan = funded(10_000_000)
    liquidity_dollar, income = opened(currency="USD"), opened()
    bought, spread = 71_234, 357
    exchange = journal(
        (member_dollar, -10_000),
        (liquidity_dollar, 10_000),
        (liquidity_yuan, -bought),
        (member_yuan, bought - spread),
        (income, spread),
    )
    post(exchange)
    assert balances(member_dollar, liquidity_dollar, member_yuan, income) == [
        0,
        10_000,
        70_877,
        357,
    ]
    assert queries.verify().clean
    with refused(rules.InsufficientFunds):
        post(journal(*[(a, m) for a, m in zip(
            (member_dollar, liquidity_dollar, liquidity_yuan, member_yuan),
            (-1, 1, -7, 7), strict=True)]))  # fmt: skip


def test_points_are_a_commodity_of_the_same_ledger() -> None:
    issued, member = opened(floor=None, currency="PTS"), opened(currency="PTS")
    post(journal((issued, -120), (member, 120)))
    assert queries.balance(account_id=member.id).currency == "PTS"
    assert balances(member) == [120]


def test_an_unknown_currency_is_refused() -> None:
    from foundation.money import CurrencyUnknown

    with refused(CurrencyUnknown):
        opened(currency="XYZ")


@pytest.mark.parametrize("count", [1, 2])
def test_a_journal_is_posted_once(count: int) -> None:
    member, shop = funded(1000), opened()
    first = journal((member, -1), (shop, 1))
    post(first)
    again = [first, *(journal((member, -1), (shop, 1)) for _ in range(count - 1))]
    with refused(rules.JournalExists):
        post(*again)
    assert balances(shop) == [1]


def test_a_batch_is_all_or_nothing_and_gated_in_the_order_of_its_journals() -> None:
    member, shop, friend = funded(100), opened(), funded(100)
    pay = journal((member, -150), (shop, 150))
    gift = journal((friend, -100), (member, 100))
    with refused(rules.InsufficientFunds):
        post(pay, gift)
    post(gift, journal((member, -150), (shop, 150)))
    assert balances(member, shop, friend) == [50, 150, 0]
    assert queries.verify().clean


@pytest.mark.parametrize("count", [1, 2])
def test_the_same_account_twice_in_a_journal_runs_leg_by_leg(count: int) -> None:
    member, shop = funded(100), opened()
    post(*(journal((member, -30), (shop, 50), (member, -20)) for _ in range(count)))
    lines = queries.list_entries(account_id=member.id, limit=2)
    assert [line.amount_minor for line in lines] == [-20, -30]
    assert balances(member) == [100 - 50 * count]
    with refused(rules.InsufficientFunds):
        post(*(journal((member, -101), (shop, 1), (member, 100)) for _ in range(count)))
    assert queries.verify().clean


@pytest.mark.parametrize(
    "legs", [(), (1,), (0, 0), (5, 0, -5)], ids=["none", "one", "zeros", "a zero"]
)
def test_a_malformed_journal_is_refused(legs: tuple[int, ...]) -> None:
    accounts = [funded(1000) for _ in legs]
    with refused(rules.JournalMalformed):
        post(journal(*zip(accounts, legs, strict=True)))


@pytest.mark.parametrize("count", [1, 2])
def test_the_database_refuses_a_zero_leg_by_itself(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "check_journals", lambda journals: None)
    one, other = funded(10), funded(10)
    with refused(rules.JournalMalformed):
        post(*(journal((one, 0), (other, 0)) for _ in range(count)))


def test_amounts_out_of_range_are_refused() -> None:
    one, other = opened(floor=None), opened()
    with refused(rules.AmountOutOfRange):
        post(journal((one, -(10**17 + 1)), (other, 10**17 + 1)))
    for _ in range(92):
        post(journal((one, -(10**17)), (other, 10**17)))
    with refused(rules.AmountOutOfRange):
        post(journal((one, -(10**17)), (other, 10**17)))


@pytest.mark.parametrize("count", [1, 2])
def test_a_closed_account_takes_nothing(count: int) -> None:
    member, shop = funded(100), opened()
    with transaction.atomic():
        actions.close_account(account_id=shop.id, at=NOON)
    assert queries.get_account_by_id(account_id=shop.id).closed_at == NOON
    with refused(rules.AccountClosed):
        post(*(journal((member, -1), (shop, 1)) for _ in range(count)))
    with refused(rules.AccountNotEmpty):
        actions.close_account(account_id=member.id, at=NOON)
    with refused(rules.AccountUnfit):
        actions.close_account(account_id=opened("fold").id, at=NOON)


def test_time_never_runs_against_the_version() -> None:
    member, shop = funded(100), opened()
    earlier = NOON - dt.timedelta(days=1)
    post(journal((member, -1), (shop, 1), at=NOON + dt.timedelta(days=9999)))
    post(journal((member, -1), (shop, 1), at=earlier))
    post(*(journal((member, -1), (shop, 1), at=earlier) for _ in range(2)))
    times = [line.posted_at for line in queries.list_entries(account_id=member.id, limit=4)]
    assert times == [NOON + dt.timedelta(days=9999)] * 4
    assert rows("select count(*) from ledger_journal where posted_at = %s", earlier) == [(3,)]
    assert queries.verify().clean


def test_the_balance_at_a_time() -> None:
    source, member = opened(floor=None), opened()
    hours = [NOON + dt.timedelta(hours=n) for n in range(4)]
    for number, at in enumerate(hours[:3], start=1):
        post(journal((source, -number), (member, number), at=at))
    assert queries.balance_at(account_id=member.id, at=hours[0] - dt.timedelta(seconds=1)) == 0
    assert [queries.balance_at(account_id=member.id, at=at) for at in hours] == [1, 3, 6, 6]
    with pytest.raises(rules.AccountUnknown):
        queries.balance_at(account_id=10**12, at=NOON)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "reference", ['a "b" c', "a\\b\\", "{a,b}", "NULL", " x ", "订单 8 号", "%s %(x)s", "'; --"]
)
def test_a_reference_is_kept_to_the_letter(reference: str, count: int) -> None:
    member, shop = funded(10), opened()
    journals = [
        dataclasses.replace(journal((member, -1), (shop, 1)), reference=reference, kind=reference)
        for _ in range(count)
    ]
    post(*journals)
    lines = queries.list_entries(account_id=shop.id)
    assert [(line.reference, line.kind) for line in lines] == [(reference, reference)] * count


def test_the_version_is_the_cursor_of_pages() -> None:
    source, member = opened(floor=None), opened()
    post(*(journal((source, -n), (member, n)) for n in range(1, 8)))
    page = queries.list_entries(account_id=member.id, limit=3)
    post(journal((source, -8), (member, 8)))
    following = queries.list_entries(account_id=member.id, before_version=page[-1].version, limit=3)
    assert [line.amount_minor for line in page + following] == [7, 6, 5, 4, 3, 2]


def test_opening_twice_gives_the_same_account_and_keeps_its_limits() -> None:
    with transaction.atomic():
        owner = uuid.uuid4()
        one = actions.open_account(code="a", owner_uid=owner, currency="CNY", floor_minor=-5)
        two = actions.open_account(code="a", owner_uid=owner, currency="CNY", mode="fold")
        house = [actions.open_account(code="a", owner_uid=None, currency="CNY") for _ in range(2)]
        other = actions.open_account(code="a", owner_uid=owner, currency="USD")
    assert one == two
    assert house[0].id == house[1].id
    assert len({one.id, house[0].id, other.id}) == 3
    assert [a.id for a in queries.list_accounts(owner_uid=owner)] == [one.id, other.id]
    assert queries.get_account(code="a", owner_uid=owner, currency="USD") == other
    assert queries.find_account(code="b", owner_uid=owner, currency="USD") is None
    with pytest.raises(rules.AccountUnknown):
        queries.get_account(code="b", owner_uid=owner, currency="USD")


def test_limits_change_but_never_below_what_is_there() -> None:
    member = funded(100)
    with transaction.atomic():
        actions.set_limits(account_id=member.id, floor_minor=100, ceiling_minor=50)
    with refused(rules.InsufficientFunds):
        post(journal((member, -1), (opened(), 1)))
    with refused(rules.AccountUnfit):
        actions.set_limits(account_id=member.id, floor_minor=101)
    with refused(rules.AccountUnfit):
        actions.set_limits(account_id=opened("striped").id, floor_minor=None)
    with refused(rules.AccountUnknown):
        actions.set_limits(account_id=10**12, floor_minor=None)


@pytest.mark.parametrize("mode", ["fold", "striped", "nonsense"])
def test_an_account_that_cannot_keep_its_promise_is_not_opened(mode: str) -> None:
    with refused(rules.AccountUnfit):
        opened(mode, ceiling=5)
    with refused(rules.AccountUnfit):
        opened("inline", floor=1)


def test_a_step_outside_a_transaction_is_a_defect(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="is a step"):
        actions.post(journals=[])
    with transaction.atomic(), pytest.raises(ValueError, match="1 to 1000 journals"):
        actions.post(journals=[])
