"""Accounts and postings for the ledger's tests, made by its own actions."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction

from foundation.errors import Refusal
from wallet.ledger import actions, queries
from wallet.ledger.rules import Account, Journal, Leg

TABLES = ("ledger_account", "ledger_journal", "ledger_entry", "ledger_hold", "ledger_hold_move")


@transaction.atomic
def opened(
    mode: str = "inline",
    floor: int | None = 0,
    ceiling: int | None = None,
    currency: str = "CNY",
    code: str = "test.account",
    stripes: int = 4,
) -> Account:
    return actions.open_account(
        code=code,
        owner_uid=uuid.uuid4(),
        currency=currency,
        mode=mode,
        floor_minor=floor,
        ceiling_minor=ceiling,
        stripes=stripes,
    )


def funded(
    amount_minor: int, mode: str = "inline", floor: int | None = 0, currency: str = "CNY"
) -> Account:
    account = opened(mode=mode, floor=floor, currency=currency)
    if amount_minor:
        source = opened(floor=None, currency=currency, code="test.source")
        post(journal((source, -amount_minor), (account, amount_minor)))
    return account


def journal(
    *legs: tuple[Account, int] | tuple[Account, int, uuid.UUID],
    at: dt.datetime | None = None,
    uid: uuid.UUID | None = None,
) -> Journal:
    return Journal(
        uid=uid or uuid.uuid4(),
        kind="test",
        reference="T-1",
        legs=tuple(Leg(leg[0].id, *leg[1:]) for leg in legs),
        at=at,
    )


@transaction.atomic
def post(*journals: Journal) -> list[int]:
    return actions.post(journals=list(journals))


def balances(*accounts: Account) -> list[int]:
    return [queries.balance(account_id=account.id).posted_minor for account in accounts]


def held(account: Account) -> int:
    return queries.balance(account_id=account.id).held_minor


def rows(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def everything() -> list[tuple]:
    """Return a fingerprint of every row of the ledger."""
    return [
        rows(f"select count(*), md5(string_agg(t::text, ',' order by t::text)) from {table} t")[0]
        for table in TABLES
    ]


@contextmanager
def refused(kind: type[Refusal]) -> Iterator[None]:
    """Expect a refusal, and that no row of the ledger differs afterwards."""
    before = everything()
    with pytest.raises(kind), transaction.atomic():
        yield
    assert everything() == before


@contextmanager
def unguarded() -> Iterator[None]:
    """Write past the triggers, as a broken disk or a careless hand would."""
    rows("set constraints all immediate")
    for table in TABLES:
        rows(f"alter table {table} disable trigger user")
    try:
        yield
    finally:
        for table in TABLES:
            rows(f"alter table {table} enable trigger user")


def together(*works: Callable[[], None]) -> list[BaseException]:
    """Run the works in threads that start at once; return what they raised."""
    barrier = Barrier(len(works))
    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            barrier.wait(timeout=20)
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return raised
