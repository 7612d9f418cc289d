"""Real threads on real PostgreSQL: nothing is spent twice, nobody waits in a circle."""

import contextlib
import random
import threading
import uuid

import pytest

from foundation.db import entry
from tests.wallet.ledger.books import (
    balances,
    funded,
    held,
    journal,
    opened,
    post,
    rows,
    together,
)
from wallet.ledger import actions, queries
from wallet.ledger.rules import Account, HoldExceeded, InsufficientFunds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger]
THREADS = 16


@entry
def pay(*journals) -> None:
    actions.post(journals=list(journals))


@pytest.fixture(autouse=True)
def _no_deadlock_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a deadlock fail the test: the retry would hide that the locks are out of order."""
    monkeypatch.setattr("foundation.db.ATTEMPTS", 1)


@pytest.mark.parametrize("mode", ["inline", "fold", "striped"])
def test_sixteen_threads_spend_one_balance_exactly_to_zero(mode: str) -> None:
    member, shops = funded(0, mode=mode), [opened() for _ in range(THREADS)]
    source = opened(floor=None)
    together(*[lambda: pay(*[journal((source, -5), (member, 5)) for _ in range(2)])] * 12)
    assert balances(member) == [120]
    paid, declined = [], []

    def spend(shop: Account) -> None:
        for _ in range(10):
            try:
                pay(journal((member, -1), (shop, 1)))
                paid.append(1)
            except InsufficientFunds:
                declined.append(1)

    assert together(*[lambda shop=shop: spend(shop) for shop in shops]) == []
    assert (len(paid), len(declined)) == (120, 40)
    assert balances(member) == [0]
    assert sum(balances(*shops)) == 120
    assert queries.verify().clean


@pytest.mark.parametrize(
    "modes", [("inline",) * 8, ("inline",) * 4 + ("fold", "striped") * 2], ids=["inline", "mixed"]
)
def test_many_legs_in_opposite_order_never_deadlock(modes: tuple[str, ...]) -> None:
    accounts = [funded(10_000, mode=mode) for mode in modes]
    waited = threading.Event()

    def shuffle(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(20):
            payer, *others = chance.sample(accounts, 5)
            legs = [(payer, -4), *((other, 1) for other in others)]
            chance.shuffle(legs)
            if number % 3:
                pay(journal(*legs))
            else:
                back = [(account, -amount) for account, amount in legs]
                pay(journal(*legs), journal(*back), journal((payer, -1), (others[0], 1)))
        waited.set()

    assert together(*[lambda seed=seed: shuffle(seed) for seed in range(THREADS)]) == []
    assert waited.is_set()
    assert sum(balances(*accounts)) == 80_000
    assert queries.verify().clean


def test_a_fold_beside_credits_and_debits_misses_nothing() -> None:
    shop = opened("fold")
    members = [funded(1000) for _ in range(8)]
    stop = threading.Event()

    def fold() -> None:
        while not stop.is_set():
            actions.fold(limit=7, lag_seconds=0)

    def buy(member: Account) -> None:
        for number in range(30):
            pay(journal((member, -2), (shop, 2)))
            if number % 10 == 9:
                pay(journal((shop, -1), (member, 1)))

    def buy_all() -> None:
        try:
            assert together(*[lambda m=m: buy(m) for m in members]) == []
        finally:
            stop.set()

    assert together(buy_all, fold) == []
    actions.fold(lag_seconds=-60)
    assert balances(shop) == [8 * (60 - 3)]
    assert queries.balance(account_id=shop.id).version == 8 * 33
    assert queries.verify().clean


def test_one_uid_is_posted_once_however_many_try() -> None:
    member, shop, uid = funded(1000), opened(), uuid.uuid4()
    raised = together(*[lambda: pay(journal((member, -1), (shop, 1), uid=uid))] * 8)
    assert {type(error).__name__ for error in raised} == {"JournalExists"}
    assert len(raised) == 7
    assert balances(shop) == [1]


def test_stripes_that_do_not_cover_a_debit_never_deadlock() -> None:
    budget, member = funded(200, mode="striped"), opened("fold")

    def spend() -> None:
        for _ in range(20):
            pay(journal((budget, -1), (member, 1)))

    assert together(*[spend] * 10) == []
    assert balances(budget, member) == [0, 200]
    assert queries.verify().clean


@pytest.mark.parametrize("mode", ["inline", "fold", "striped"])
def test_no_more_is_held_than_is_there(mode: str) -> None:
    member, placed = funded(100, mode=mode), []

    @entry
    def place() -> None:
        uid = actions.place_hold(
            account_id=member.id, amount_minor=7, reference="H", expires_at=None
        )
        placed.append(uid)

    def place_some() -> None:
        for _ in range(4):
            with contextlib.suppress(InsufficientFunds):
                place()

    assert together(*[place_some] * 10) == []
    assert (len(placed), held(member)) == (14, 98)
    assert queries.verify().clean


def test_one_hold_is_captured_no_further_than_it_goes() -> None:
    member, shop = funded(100), opened()
    hold = entry(actions.place_hold)(
        account_id=member.id, amount_minor=30, reference="H", expires_at=None
    )
    exceeded = []

    def capture() -> None:
        try:
            pay(journal((member, -5, hold), (shop, 5)))
        except HoldExceeded:
            exceeded.append(1)

    assert together(*[capture] * 10) == []
    assert len(exceeded) == 4
    assert (balances(member, shop), held(member)) == ([70, 30], 0)
    assert queries.verify().clean


def test_opening_at_once_gives_one_account() -> None:
    owner, ids = uuid.uuid4(), []

    @entry
    def open_one() -> None:
        account = actions.open_account(
            code="race", owner_uid=owner, currency="CNY", mode="striped", stripes=3
        )
        ids.append(account.id)

    assert together(*[open_one] * 8) == []
    assert len(set(ids)) == 1
    assert rows("select count(*) from ledger_account where owner_uid = %s", owner) == [(4,)]


def test_times_follow_versions_on_a_hot_account() -> None:
    source, shop = opened(floor=None), opened()

    def sell() -> None:
        for _ in range(20):
            pay(journal((source, -1), (shop, 1)))

    assert together(*[sell] * 8) == []
    unordered = rows(
        "select count(*) from (select posted_at, lag(posted_at) over (order by version) as before"
        " from ledger_entry where account_id = %s) e where posted_at <= before",
        shop.id,
    )
    assert unordered == [(0,)]
    assert queries.verify().clean
    post(journal((source, -1), (shop, 1)))
