"""The database's own refusals: whoever asks, and by whatever statement."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from foundation.db import sqlstate
from tests.wallet.ledger.books import everything, funded, journal, opened, post, rows
from wallet.ledger import actions
from wallet.ledger.rules import Account

pytestmark = [pytest.mark.django_db, pytest.mark.ledger]


def refused_with(state: str, sql: str, *parameters: object) -> None:
    before = everything()
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        rows(sql, *parameters)
    assert sqlstate(caught.value) == state
    assert everything() == before


@pytest.fixture
def books() -> tuple[Account, Account, int]:
    member, shop = funded(1000), opened("fold")
    with transaction.atomic():
        actions.place_hold(account_id=member.id, amount_minor=5, reference="H", expires_at=None)
    return member, shop, post(journal((member, -300), (shop, 300)))[0]


@pytest.mark.parametrize(
    "sql",
    [
        "update ledger_entry set amount_minor = amount_minor",
        "update ledger_entry set amount_minor = 1 where version is null",
        "update ledger_entry set version = version + 99, balance_minor = 1"
        " where version is not null",
        "update ledger_entry set version = 99 where version is null",
        "update ledger_entry set version = coalesce(version, 0) + 99, balance_minor = 1,"
        " amount_minor = 7",
        "update ledger_entry set version = 1, balance_minor = 1,"
        " posted_at = posted_at - interval '1s' where version is null",
        "delete from ledger_entry",
        "update ledger_journal set reference = 'x'",
        "delete from ledger_journal",
        "update ledger_hold set amount_minor = 1",
        "update ledger_hold set settled_at = now(), expires_at = now()",
        "delete from ledger_hold",
        "update ledger_hold_move set amount_minor = 1",
        "delete from ledger_hold_move",
        "update ledger_account set currency = 'USD'",
        "update ledger_account set mode = 'inline'",
        "update ledger_account set id = id + 1",
        "delete from ledger_account",
    ],
)
def test_what_was_booked_cannot_be_changed(books: tuple, sql: str) -> None:
    refused_with("TB013", sql)


@pytest.mark.parametrize("table", ["entry", "journal", "account", "hold", "hold_move"])
def test_no_table_can_be_emptied(books: tuple, table: str) -> None:
    rows("set constraints all immediate")
    rows("set local tongbao.truncate = 'no'")
    refused_with("TB013", f"truncate ledger_{table} cascade")
    rows("set local tongbao.truncate = 'allowed'")


LEG = (
    "insert into ledger_entry"
    " (journal_id, leg_no, account_id, version, amount_minor, balance_minor, posted_at) values "
)


def test_no_legs_are_added_to_an_older_journal(books: tuple) -> None:
    member, shop, old = books
    two = f"({old}, %s, {member.id}, 90, -5, 1, now()), ({old}, %s, {shop.id}, 90, 5, 1, now())"
    refused_with("TB013", LEG + two, 3, 4)
    refused_with("23505", LEG + two, 1, 2)


def test_raw_legs_must_sum_to_zero_on_known_accounts(books: tuple) -> None:
    member, shop, _old = books
    legs = f"(-1, 1, {member.id}, 90, -5, 1, now()), (-1, 2, {shop.id}, 90, %s, 1, now())"
    refused_with("TB003", LEG + legs, 6)
    refused_with("TB002", LEG + legs.replace(str(shop.id), "99999999"), 5)
    dollar = opened(currency="USD")
    refused_with("TB004", LEG + legs.replace(f" {shop.id},", f" {dollar.id},"), 5)
    refused_with("TB003", LEG + f"(-1, 1, {member.id}, 90, -5, 1, now())")


def test_a_striped_account_has_no_entries_of_its_own(books: tuple) -> None:
    member, _shop, _old = books
    striped = opened("striped")
    legs = f"(-1, 1, {member.id}, 90, -5, 1, now()), (-1, 2, {striped.id}, 90, 5, 1, now())"
    refused_with("TB002", LEG + legs)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("currency", "'cny'"),
        ("mode", "'stripe'"),
        ("posted_minor", "5"),
        ("version", "5"),
        ("held_minor", "5"),
        ("floor_minor", "5"),
    ],
)
def test_an_account_begins_empty_and_whole(column: str, value: str) -> None:
    given = {"code": "'x'", "currency": "'CNY'", "mode": "'inline'", column: value}
    refused_with(
        "TB014",
        f"insert into ledger_account ({', '.join(given)}) values ({', '.join(given.values())})",
    )


def test_an_orm_save_cannot_write_past_the_ledger(books: tuple) -> None:
    from wallet.ledger.models import LedgerAccount

    account = LedgerAccount.objects.get(id=books[0].id)
    account.posted_minor = 10**9
    before = everything()
    with pytest.raises(DatabaseError), transaction.atomic():
        account.save()
    assert everything() == before


def test_the_hot_tables_carry_no_check_and_no_foreign_key_to_accounts() -> None:
    """Each check is parsed again by every statement; a key check locks the hot row."""
    assert (
        rows(
            "select conrelid::regclass::text, conname from pg_constraint"
            " where contype in ('c', 'f') and (conrelid in ('ledger_account'::regclass,"
            " 'ledger_entry'::regclass, 'ledger_journal'::regclass)"
            " or confrelid = 'ledger_account'::regclass)"
        )
        == []
    )


def test_the_migration_goes_back_and_forth(transactional_db: None) -> None:
    from django.core.management import call_command

    call_command("migrate", "wallet", "0001", verbosity=0)
    assert rows("select count(*) from pg_proc where proname like 'ledger\\_%'") == [(0,)]
    call_command("migrate", "wallet", verbosity=0)
    member, shop = funded(10), opened()
    post(journal((member, -10), (shop, 10), uid=uuid.uuid4()))
    assert connection.introspection.table_names()
