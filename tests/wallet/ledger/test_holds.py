"""Holds: money set aside, captured in parts, given back, expired."""

import datetime as dt
import uuid

import pytest
from django.db import transaction

from tests.wallet.ledger.books import balances, funded, held, journal, opened, post, refused
from tests.wallet.ledger.test_modes import spread
from wallet.ledger import actions, queries, rules
from wallet.ledger.rules import Account

pytestmark = [pytest.mark.django_db, pytest.mark.ledger]
NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=1)


def place(account: Account, amount: int, expires_at: dt.datetime | None = LATER) -> uuid.UUID:
    with transaction.atomic():
        return actions.place_hold(
            account_id=account.id,
            amount_minor=amount,
            reference="H-1",
            expires_at=expires_at,
            at=NOON,
        )


def capture(hold: uuid.UUID, account: Account, to: Account, amount: int) -> None:
    with transaction.atomic():
        actions.capture_hold(
            hold_uid=hold,
            account_id=account.id,
            to_account_id=to.id,
            amount_minor=amount,
            uid=uuid.uuid4(),
            kind="capture",
            reference="H-1",
            at=NOON,
        )


def release(hold: uuid.UUID, amount: int | None = None) -> int:
    with transaction.atomic():
        return actions.release_hold(hold_uid=hold, amount_minor=amount, at=NOON)


@pytest.fixture(params=["inline", "fold", "striped"])
def member(request: pytest.FixtureRequest) -> Account:
    return funded(100, mode=request.param)


def test_what_is_held_cannot_be_spent(member: Account) -> None:
    shop = opened()
    hold = place(member, 70)
    assert queries.balance(account_id=member.id).available_minor == 30
    with refused(rules.InsufficientFunds):
        post(journal((member, -31), (shop, 31)))
    with refused(rules.InsufficientFunds):
        post(*(journal((member, -16), (shop, 16)) for _ in range(2)))
    with refused(rules.InsufficientFunds):
        place(member, 31)
    post(journal((member, -30), (shop, 30)))
    assert queries.get_hold(hold_uid=hold).remaining_minor == 70
    assert queries.verify().clean


def test_a_hold_is_captured_in_parts_and_its_rest_given_back(member: Account) -> None:
    shop = opened("fold")
    hold = place(member, 70)
    capture(hold, member, shop, 20)
    capture(hold, member, shop, 25)
    assert (balances(member, shop), held(member)) == ([55, 45], 25)
    with refused(rules.HoldExceeded):
        capture(hold, member, shop, 26)
    assert release(hold, 5) == 5
    assert release(hold) == 20
    assert held(member) == 0
    assert queries.get_hold(hold_uid=hold).settled_at == NOON
    with refused(rules.HoldExceeded):
        release(hold)
    with refused(rules.HoldExceeded):
        capture(hold, member, shop, 1)
    assert queries.verify().clean


def test_a_capture_of_all_settles_the_hold(member: Account) -> None:
    shop = opened()
    hold = place(member, 100)
    capture(hold, member, shop, 100)
    assert queries.get_hold(hold_uid=hold).settled_at is not None
    assert (balances(member, shop), held(member)) == ([0, 100], 0)
    assert queries.verify().clean


def test_captures_go_in_a_batch_with_other_journals(member: Account) -> None:
    shop = opened()
    one, two = place(member, 40), place(member, 60)
    post(
        journal((member, -40, one), (shop, 40), at=NOON),
        journal((shop, -10), (member, 10), at=NOON),
        journal((member, -30, two), (shop, 30), at=NOON),
        journal((member, -10), (shop, 10), at=NOON),
    )
    assert (balances(member, shop), held(member)) == ([30, 70], 30)
    assert queries.verify().clean


def test_a_hold_is_for_one_account_and_for_debits() -> None:
    member, other, shop = funded(100), funded(100), opened()
    hold = place(member, 50)
    with refused(rules.HoldMismatch):
        post(journal((other, -5, hold), (shop, 5), at=NOON))
    with refused(rules.HoldMismatch):
        post(journal((member, 5, hold), (other, -5), at=NOON))
    with refused(rules.HoldUnknown):
        post(journal((member, -5, uuid.uuid4()), (shop, 5), at=NOON))
    with refused(rules.HoldUnknown):
        release(uuid.uuid4())
    with pytest.raises(rules.HoldUnknown):
        queries.get_hold(hold_uid=uuid.uuid4())


def test_a_hold_that_expires_is_given_back_once(member: Account) -> None:
    shop = opened()
    hold, kept, endless = place(member, 30), place(member, 20, LATER), place(member, 10, None)
    capture(hold, member, shop, 5)
    release(kept)
    assert actions.expire_holds(at=LATER - dt.timedelta(seconds=1)) == 0
    with refused(rules.HoldExpired):
        post(journal((member, -5, hold), (shop, 5), at=LATER))
    assert actions.expire_holds(at=LATER) == 1
    assert actions.expire_holds(at=LATER) == 0
    assert (held(member), balances(member)) == (10, [95])
    assert queries.get_hold(hold_uid=hold).remaining_minor == 0
    assert queries.get_hold(hold_uid=endless).remaining_minor == 10
    assert queries.verify().clean


def test_a_hold_lies_on_several_stripes_when_it_must() -> None:
    budget, shop = opened("striped"), opened()
    spread(budget, 10, 0, 30, 20)
    hold = place(budget, 45)
    with refused(rules.InsufficientFunds):
        post(journal((budget, -16), (shop, 16)))
    post(journal((budget, -15), (shop, 15)))
    capture(hold, budget, shop, 35)
    assert release(hold) == 10
    assert (balances(budget, shop), held(budget)) == ([10, 50], 0)
    assert queries.verify().clean


@pytest.mark.parametrize("amount", [0, -1, 10**17 + 1])
def test_an_amount_that_cannot_be_held_is_refused(amount: int) -> None:
    member = funded(100)
    with refused(rules.AmountOutOfRange):
        place(member, amount)


def test_nothing_is_held_on_what_is_not_there() -> None:
    closed = opened()
    with transaction.atomic():
        actions.close_account(account_id=closed.id, at=NOON)
    with refused(rules.AccountClosed):
        place(closed, 1)
    with refused(rules.AccountUnknown):
        place(rules.Account(10**12, "x", None, "CNY", "inline", 0, None, None), 1)


def test_a_hold_keeps_an_account_open() -> None:
    member, shop = funded(100, floor=None), opened()
    place(member, 50)
    post(journal((member, -100), (shop, 100)))
    with refused(rules.AccountNotEmpty):
        actions.close_account(account_id=member.id, at=NOON)
