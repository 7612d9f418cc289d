"""Fold and striped accounts: as fast as many rows, as right as one."""

import datetime as dt

import pytest

from tests.wallet.ledger.books import balances, funded, journal, opened, post, refused, rows
from wallet.ledger import actions, queries, rules

pytestmark = [pytest.mark.django_db, pytest.mark.ledger]
NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)


def waiting(account: rules.Account) -> int:
    sql = "select count(*) from ledger_entry where account_id = %s and version is null"
    return rows(sql, account.id)[0][0]


def touched(account: rules.Account) -> str:
    return rows("select xmin::text || ctid::text from ledger_account where id = %s", account.id)[0][
        0
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_credit_of_a_fold_account_does_not_touch_its_row(count: int) -> None:
    member, shop = funded(1000), opened("fold")
    before = touched(shop)
    post(*(journal((member, -10), (shop, 10)) for _ in range(count)))
    post(*(journal((shop, 10), (member, -10)) for _ in range(count)))
    assert touched(shop) == before
    assert waiting(shop) == 2 * count
    assert balances(shop) == [20 * count]
    assert queries.verify().clean


def test_a_shop_that_is_older_than_its_customers_is_appended_to_as_well() -> None:
    shop = opened("fold")
    member = funded(1000)
    before = touched(shop)
    post(journal((member, -10), (shop, 10)))
    assert touched(shop) == before
    with refused(rules.InsufficientFunds):
        post(journal((member, -1000), (shop, 1000)))


def test_entries_that_wait_are_read_as_they_will_be_folded() -> None:
    member, shop = funded(1000), opened("fold")
    for amount in (5, 6, 7):
        post(journal((member, -amount), (shop, amount)))
    waiting_lines = queries.list_entries(account_id=shop.id)
    page = queries.list_entries(account_id=shop.id, before_version=3)
    assert actions.fold(lag_seconds=-60) == 3
    assert queries.list_entries(account_id=shop.id) == waiting_lines
    assert page == waiting_lines[1:]
    assert [(line.version, line.balance_minor) for line in waiting_lines] == [
        (3, 18),
        (2, 11),
        (1, 5),
    ]
    assert queries.balance(account_id=shop.id).version == 3
    assert actions.fold(lag_seconds=-60) == 0
    assert queries.verify().clean


def test_the_worker_stays_behind_its_watermark_and_within_its_limit() -> None:
    member, shop, cafe = funded(1000), opened("fold"), opened("fold")
    post(*(journal((member, -1), (place, 1)) for place in (shop, cafe, shop, cafe)))
    assert actions.fold(lag_seconds=3600) == 0
    assert waiting(shop) == 2
    assert actions.fold(limit=3, lag_seconds=-60) == 3
    assert (waiting(shop), waiting(cafe)) == (0, 1)
    assert balances(shop, cafe) == [2, 2]
    assert queries.verify().clean


@pytest.mark.parametrize("count", [1, 2])
def test_a_debit_folds_first_and_sees_every_credit(count: int) -> None:
    member, shop = funded(1000), opened("fold")
    post(*(journal((member, -10), (shop, 10)) for _ in range(10)))
    post(*(journal((shop, -50), (member, 50)) for _ in range(count)))
    assert waiting(shop) == 0
    assert balances(shop) == [100 - 50 * count]
    with refused(rules.InsufficientFunds):
        post(*(journal((shop, -101), (member, 101)) for _ in range(count)))
    assert queries.verify().clean


@pytest.mark.parametrize("count", [1, 2])
def test_a_journal_may_credit_and_debit_a_fold_account(count: int) -> None:
    member, shop, fee = funded(1000), opened("fold"), opened("fold")
    post(*(journal((member, -100), (shop, 100), (shop, -3), (fee, 3)) for _ in range(count)))
    assert balances(shop, fee) == [97 * count, 3 * count]
    assert (waiting(shop), waiting(fee)) == (0, count)
    assert queries.verify().clean


def test_a_fold_raises_times_that_came_late() -> None:
    member, shop = funded(1000), opened("fold")
    post(journal((member, -1), (shop, 1), at=NOON))
    actions.fold(lag_seconds=0)
    post(journal((member, -1), (shop, 1), at=NOON - dt.timedelta(hours=1)))
    actions.fold(lag_seconds=0)
    assert [line.posted_at for line in queries.list_entries(account_id=shop.id)] == [NOON, NOON]
    assert queries.balance_at(account_id=shop.id, at=NOON) == 2
    assert queries.verify().clean


def test_the_balance_of_a_fold_account_at_a_time_counts_what_waits() -> None:
    member, shop = funded(1000), opened("fold")
    post(journal((member, -1), (shop, 1), at=NOON))
    actions.fold(lag_seconds=0)
    post(journal((member, -2), (shop, 2), at=NOON + dt.timedelta(hours=1)))
    post(journal((member, -4), (shop, 4), at=NOON + dt.timedelta(hours=2)))
    at = [NOON + dt.timedelta(hours=n) for n in range(3)]
    assert [queries.balance_at(account_id=shop.id, at=a) for a in at] == [1, 3, 7]


# --- stripes --------------------------------------------------------------------------------
def spread(account: rules.Account, *amounts: int) -> None:
    """Put an amount on each stripe, as connections of other processes would."""
    source = opened(floor=None)
    stripes = rows(
        "select id from ledger_account where stripe_of_id = %s order by stripe_no", account.id
    )
    for (stripe_id,), amount in zip(stripes, amounts, strict=True):
        rows(
            "create or replace function ledger_own_stripe(p_account bigint) returns bigint"
            f" language sql stable as 'select {stripe_id}::bigint'"
        )
        if amount:
            post(journal((source, -amount), (account, amount)))
    rows(
        "create or replace function ledger_own_stripe(p_account bigint) returns bigint"
        " language sql stable as $$ select s.id from ledger_account a join ledger_account s"
        " on s.stripe_of_id = a.id and s.stripe_no = 1 + pg_backend_pid() % a.stripe_count"
        " where a.id = p_account $$"
    )


@pytest.mark.parametrize("count", [1, 2])
def test_a_striped_account_is_the_sum_of_its_stripes(count: int) -> None:
    member, clearing = opened(), opened("striped", floor=None)
    post(*(journal((clearing, -10), (member, 10)) for _ in range(count)))
    post(*(journal((member, -4), (clearing, 4)) for _ in range(count)))
    assert balances(clearing, member) == [-6 * count, 6 * count]
    assert rows("select version, posted_minor from ledger_account where id=%s", clearing.id) == [
        (0, 0)
    ]
    assert queries.balance(account_id=clearing.id).version == 2 * count
    assert queries.verify().clean


@pytest.mark.parametrize("count", [1, 2])
def test_a_debit_takes_from_several_stripes_what_one_does_not_cover(count: int) -> None:
    budget, member = opened("striped"), opened()
    spread(budget, 10, 0, 30, 20)
    post(*(journal((budget, -60 // count), (member, 60 // count)) for _ in range(count)))
    assert balances(budget, member) == [0, 60]
    with refused(rules.InsufficientFunds):
        post(*(journal((budget, -1), (member, 1)) for _ in range(count)))
    report = queries.verify()
    assert report.clean, report.breaks


def test_a_debit_of_several_stripes_takes_the_richest_first() -> None:
    budget, member = opened("striped"), opened()
    spread(budget, 10, 15, 30, 20)
    ids = post(journal((budget, -45), (member, 45)))
    legs = queries.list_legs(journal_id=ids[0])
    assert [leg.amount_minor for leg in legs] == [-30, -15, 45]
    assert [leg.leg_no for leg in legs] == [1, 2, 3]


def test_a_floor_is_a_promise_about_the_sum() -> None:
    budget, member = opened("striped", floor=-100), opened()
    spread(budget, 10, 0, 0, 5)
    post(journal((budget, -115), (member, 115)))
    assert balances(budget) == [-100]
    with refused(rules.InsufficientFunds):
        post(journal((budget, -1), (member, 1)))
    assert queries.verify().clean


def test_a_journal_may_use_a_striped_account_more_than_once() -> None:
    budget, member = opened("striped"), opened()
    spread(budget, 10, 0, 30, 20)
    post(journal((budget, -40), (member, 65), (budget, -20), (budget, 5), (budget, -5),
                 (member, -5)))  # fmt: skip
    assert balances(budget, member) == [0, 60]
    assert queries.verify().clean
