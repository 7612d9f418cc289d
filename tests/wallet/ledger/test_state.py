"""A model of the ledger against the ledger: accounts in every mode, any order of actions."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.wallet.ledger.books import journal, opened, post
from wallet.ledger import actions, queries, rules
from wallet.ledger.rules import Account

NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
AMOUNTS = st.integers(1, 60)


@dataclass
class Kept:
    """What the model knows of one account."""

    account: Account
    posted: int = 0
    held: int = 0
    entries: list[int] = field(default_factory=list)

    def refuses(self, amount: int) -> type[rules.Refusal] | None:
        floor, ceiling = self.account.floor_minor, self.account.ceiling_minor
        if amount < 0 and floor is not None and self.posted + amount - self.held < floor:
            return rules.InsufficientFunds
        if amount > 0 and ceiling is not None and self.posted + amount > ceiling:
            return rules.AboveCeiling
        return None


class Books(RuleBasedStateMachine):
    accounts = Bundle("accounts")
    holds = Bundle("holds")

    @initialize()
    def begin(self) -> None:
        self.kept: dict[int, Kept] = {}
        self.left: dict[uuid.UUID, int] = {}
        self.clock = NOON

    def tick(self) -> dt.datetime:
        self.clock += dt.timedelta(seconds=1)
        return self.clock

    @rule(
        target=accounts,
        mode=st.sampled_from(rules.MODES),
        floor=st.sampled_from([0, 0, -50, None]),
        ceiling=st.sampled_from([None, None, 100]),
    )
    def open(self, mode: str, floor: int | None, ceiling: int | None) -> int:
        account = opened(
            mode, floor=floor, ceiling=ceiling if mode == "inline" else None, stripes=3
        )
        self.kept[account.id] = Kept(account)
        return account.id

    @rule(
        legs=st.lists(
            st.lists(st.tuples(accounts, AMOUNTS, st.booleans()), min_size=1, max_size=3),
            min_size=1,
            max_size=3,
        ),
        last=accounts,
    )
    def post(self, legs: list[list[tuple[int, int, bool]]], last: int) -> None:
        journals, moves = [], []
        for some in legs:
            signed = [(account, amount if plus else -amount) for account, amount, plus in some]
            signed.append((last, -sum(amount for _, amount in signed)))
            signed = [(account, amount) for account, amount in signed if amount]
            if len(signed) < 2:
                return
            at = self.tick()
            journals.append(journal(*[(self.kept[a].account, m) for a, m in signed], at=at))
            moves += signed
        self.expect(moves, lambda: post(*journals))

    def expect(self, moves: list[tuple[int, int]], act) -> None:
        """Run the moves on the model, then the act on the ledger: both agree on the outcome."""
        before = {a: (k.posted, len(k.entries)) for a, k in self.kept.items()}
        refusals = set()
        for account, amount in moves:
            kept = self.kept[account]
            if refusal := kept.refuses(amount):
                refusals.add(refusal)
            kept.posted += amount
            kept.entries.append(amount)
        if not refusals:
            act()
            return
        for account, (posted, count) in before.items():
            self.kept[account].posted = posted
            del self.kept[account].entries[count:]
        with pytest.raises(tuple(refusals)), transaction.atomic():
            act()

    @rule(target=holds, account=accounts, amount=AMOUNTS)
    def place(self, account: int, amount: int) -> uuid.UUID:
        kept, uid = self.kept[account], uuid.uuid4()
        act = transaction.atomic(actions.place_hold)
        values = {
            "account_id": account,
            "amount_minor": amount,
            "reference": "H",
            "expires_at": NOON + dt.timedelta(days=1),
            "at": self.tick(),
            "uid": uid,
        }
        if kept.refuses(-amount):
            with pytest.raises(rules.InsufficientFunds):
                act(**values)
            return uuid.UUID(int=0)
        act(**values)
        kept.held += amount
        self.left[uid] = amount
        return uid

    @rule(hold=holds, amount=AMOUNTS, to=accounts)
    def capture(self, hold: uuid.UUID, amount: int, to: int) -> None:
        if hold not in self.left:
            return
        owner = queries.get_hold(hold_uid=hold).account_id
        target = self.kept[to].account
        captured = journal(
            (self.kept[owner].account, -amount, hold), (target, amount), at=self.tick()
        )
        if amount > self.left[hold]:
            with pytest.raises(rules.HoldExceeded), transaction.atomic():
                post(captured)
            return
        ceiling = target.ceiling_minor
        if to == owner or (ceiling is not None and self.kept[to].posted + amount > ceiling):
            return
        post(captured)
        self.left[hold] -= amount
        self.kept[owner].held -= amount
        for account, signed in ((owner, -amount), (to, amount)):
            self.kept[account].posted += signed
            self.kept[account].entries.append(signed)

    @rule(hold=holds, amount=st.none() | AMOUNTS)
    def release(self, hold: uuid.UUID, amount: int | None) -> None:
        if hold not in self.left:
            return
        left, act = self.left[hold], transaction.atomic(actions.release_hold)
        if not left or (amount or 0) > left:
            with pytest.raises(rules.HoldExceeded):
                act(hold_uid=hold, amount_minor=amount)
            return
        released = act(hold_uid=hold, amount_minor=amount)
        assert released == (amount or left)
        self.left[hold] -= released
        self.kept[queries.get_hold(hold_uid=hold).account_id].held -= released

    @rule(limit=st.integers(1, 20))
    def fold(self, limit: int) -> None:
        actions.fold(limit=limit, lag_seconds=-(10**9))

    @invariant()
    def balances_agree(self) -> None:
        for account, kept in getattr(self, "kept", {}).items():
            balance = queries.balance(account_id=account)
            assert (balance.posted_minor, balance.held_minor) == (kept.posted, kept.held)
            if kept.account.mode != rules.STRIPED:
                lines = queries.list_entries(account_id=account, limit=1000)[::-1]
                assert [line.version for line in lines] == list(range(1, len(kept.entries) + 1))
                assert [line.amount_minor for line in lines] == kept.entries
                assert [line.balance_minor for line in lines[-1:]] in ([kept.posted], [])
                assert queries.balance_at(account_id=account, at=self.clock) == kept.posted

    def teardown(self) -> None:
        report = queries.verify()
        assert report.clean, report.breaks


@pytest.mark.django_db
@pytest.mark.ledger
def test_the_ledger_agrees_with_its_model() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
