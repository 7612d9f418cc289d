"""The proof: clean on good books, and red on every kind of damage."""

import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.wallet.ledger.books import funded, journal, opened, post, rows, unguarded
from wallet.ledger import actions, queries
from wallet.ledger.rules import Account

pytestmark = [pytest.mark.django_db, pytest.mark.ledger]


@pytest.fixture
def member() -> Account:
    """Books with every mode, holds in every state, two currencies; the account with most of it."""
    member, shop, budget = funded(1000), opened("fold"), opened("striped")
    funded(500, currency="USD")
    post(journal((member, -10), (shop, 10)))
    actions.fold(lag_seconds=-60)
    post(
        journal((member, -20), (shop, 20)),
        journal((member, -30), (budget, 30)),
        journal((member, -40), (shop, 40)),
    )
    with transaction.atomic():
        holds = [
            actions.place_hold(
                account_id=member.id, amount_minor=50, reference=f"H-{n}", expires_at=None
            )
            for n in range(3)
        ]
        actions.release_hold(hold_uid=holds[0])
        actions.capture_hold(
            hold_uid=holds[1],
            account_id=member.id,
            to_account_id=shop.id,
            amount_minor=20,
            uid=uuid.uuid4(),
            kind="capture",
            reference="H-1",
        )
    assert queries.verify().breaks == ()
    return member


DAMAGE = [
    ("balance is the sum", "update ledger_account set posted_minor = posted_minor + 1"
     " where id = {m}"),
    ("balance is the sum", "update ledger_entry set amount_minor = amount_minor + 1"
     " where account_id = {m} and version = 2"),
    ("running balances", "update ledger_entry set balance_minor = balance_minor + 1"
     " where account_id = {m} and version = 2"),
    ("running balances", "update ledger_entry set balance_minor = null"
     " where account_id = {m} and version = 2"),
    ("versions have no gap", "update ledger_entry set version = version + 100"
     " where account_id = {m} and version = 3"),
    ("versions have no gap", "delete from ledger_entry where account_id = {m} and version = 2"),
    ("versions have no gap", "update ledger_account set version = version + 1 where id = {m}"),
    ("time never runs", "update ledger_entry set posted_at = now() - interval '1 year'"
     " where account_id = {m} and version = 2"),
    ("time never runs", "update ledger_account set last_at = now() - interval '1 year'"
     " where id = {m}"),
    ("held is the sum", "update ledger_account set held_minor = held_minor + 1 where id = {m}"),
    ("held is the sum", "delete from ledger_hold_move where kind = 'released'"),
    ("below its floor", "update ledger_account set floor_minor = 100000 where id = {m}"),
    ("only fold accounts have waiting", "update ledger_entry set version = null,"
     " balance_minor = null where account_id = {m} and version = 5"),
    ("entries and holds stand on known", "update ledger_entry set account_id = 999999999"
     " where version is null"),
    ("entries and holds stand on known", "delete from ledger_account where id = {m}"),
    ("sum to zero", "update ledger_entry set amount_minor = amount_minor + 1"
     " where version is null"),
    ("sum to zero", "update ledger_account set currency = 'EUR' where id = {m}"),
    ("have all their legs", "delete from ledger_entry"),
    ("have all their legs", "delete from ledger_entry where version is null"),
    ("have all their legs", "update ledger_entry set leg_no = 7 where version is null"),
    ("belong to a journal", "delete from ledger_journal where kind = 'capture'"),
    ("never give more", "update ledger_hold set amount_minor = 49"),
    ("never give more", "update ledger_hold set settled_at = now()"),
    ("never give more", "update ledger_hold_move set amount_minor = -60 where kind = 'captured'"),
    ("captures have their entry", "update ledger_hold_move set journal_id = -1"
     " where kind = 'captured'"),
    ("stripes are complete", "delete from ledger_account where mode = 'stripe' and stripe_no = 4"),
    ("stripes are complete", "update ledger_account set posted_minor = 1 where mode = 'striped'"),
    ("stripes are complete", "update ledger_account set floor_minor = -5 where stripe_no = 2"),
    ("stripes are complete", "update ledger_account set mode = 'inline' where mode = 'striped'"),
    ("trial balance of USD", "update ledger_account set posted_minor = posted_minor + 3"
     " where currency = 'USD' and posted_minor > 0"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "sql"), DAMAGE)
def test_every_kind_of_damage_turns_the_proof_red(member: Account, check: str, sql: str) -> None:
    with unguarded():
        rows(sql.format(m=member.id))
    assert [b for b in queries.verify().breaks if check in b.check]


def test_the_command_prints_figures_and_passes(member: Account) -> None:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "journals" in out.getvalue()
    assert "All 16 invariants hold." in out.getvalue()
    assert "BROKEN" not in out.getvalue()


def test_the_command_names_the_first_accounts_and_fails(member: Account) -> None:
    with unguarded():
        rows("update ledger_account set posted_minor = posted_minor + 1 where id = %s", member.id)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_ledger", "--quiet", stdout=out)
    assert stopped.value.code == 1
    assert f"balance is the sum of the entries (1): first account {member.id}" in out.getvalue()


def test_the_trial_balance_sums_to_zero_in_each_currency(member: Account) -> None:
    lines = queries.trial_balance()
    assert {line.currency for line in lines} == {"CNY", "USD"}
    for currency in ("CNY", "USD"):
        assert sum(line.total_minor for line in lines if line.currency == currency) == 0
    assert next(
        line.total_minor for line in lines if (line.currency, line.code) == ("USD", "test.source")
    ) == -500  # fmt: skip


def test_the_proof_reads_one_snapshot(transactional_db: None) -> None:
    member, shop = funded(100), opened("fold")
    post(journal((member, -10), (shop, 10)))
    assert queries.verify().clean
