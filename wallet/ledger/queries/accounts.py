"""Accounts, balances, entries and holds."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from wallet.ledger import rules
from wallet.ledger.rules import Account, Balance, EntryLine, Hold

ACCOUNT = """
select id, code, owner_uid, currency, mode, floor_minor, ceiling_minor, closed_at
  from ledger_account
"""

# What is appended to a fold account and not folded yet counts as posted; a striped account is
# the sum of its stripes. One statement, so one snapshot.
BALANCE = """
select a.posted_minor + waiting.amount + stripes.posted, a.held_minor + stripes.held,
       a.currency, a.version + waiting.count + stripes.version
  from ledger_account a
 cross join lateral (
     select coalesce(sum(e.amount_minor), 0)::bigint as amount, count(*) as count
       from ledger_entry e
      where a.mode = 'fold' and e.account_id = a.id and e.version is null) waiting
 cross join lateral (
     select coalesce(sum(s.posted_minor), 0)::bigint as posted,
            coalesce(sum(s.held_minor), 0)::bigint as held,
            coalesce(sum(s.version), 0)::bigint as version
       from ledger_account s
      where a.mode = 'striped' and s.stripe_of_id = a.id) stripes
 where a.id = %s and a.mode <> 'stripe'
"""

# One index seek a stripe: time never runs against the version.
BALANCE_AT = """
select coalesce(sum(last.balance), 0)::bigint + coalesce(sum(waiting.amount), 0)::bigint
  from ledger_account a
  left join lateral (
      select e.balance_minor as balance from ledger_entry e
       where e.account_id = a.id and e.posted_at <= %(at)s and e.version is not null
       order by e.posted_at desc, e.version desc limit 1) last on true
 cross join lateral (
      select sum(e.amount_minor) as amount from ledger_entry e
       where a.mode = 'fold' and e.account_id = a.id and e.version is null
         and e.posted_at <= %(at)s) waiting
 where a.id = %(account)s and a.mode <> 'stripe' or a.stripe_of_id = %(account)s
having count(*) > 0
"""

# Waiting entries are shown with the version and balance that the fold will give them.
ENTRIES = """
with waiting as (
    select e.journal_id, a.version + row_number() over o as version, e.amount_minor,
           (a.posted_minor + sum(e.amount_minor) over o)::bigint as balance_minor,
           greatest(e.posted_at, a.last_at) as posted_at
      from ledger_account a join ledger_entry e on e.account_id = a.id and e.version is null
     where a.id = %(account)s and a.mode = 'fold'
    window o as (order by e.posted_at, e.journal_id, e.leg_no)
), page as (
    (select * from waiting where version < %(before)s order by version desc limit %(limit)s)
    union all
    (select journal_id, version, amount_minor, balance_minor, posted_at
       from ledger_entry
      where account_id = %(account)s and version < %(before)s
      order by version desc limit %(limit)s)
)
select %(account)s::bigint, p.version, p.amount_minor, p.balance_minor, p.posted_at,
       j.uid, j.kind, j.reference
  from page p join ledger_journal j on j.id = p.journal_id
 order by p.version desc limit %(limit)s
"""

HOLD = """
select h.uid, h.account_id, h.amount_minor,
       (select sum(m.amount_minor)::bigint from ledger_hold_move m where m.hold_id = h.id),
       a.currency, h.reference, h.placed_at, h.expires_at, h.settled_at
  from ledger_hold h join ledger_account a on a.id = h.account_id
 where h.uid = %s
"""

LEGS = """
select e.leg_no, e.account_id, a.code, a.owner_uid, a.currency, e.amount_minor, e.balance_minor,
       e.version, e.posted_at
  from ledger_entry e join ledger_account a on a.id = e.account_id
 where e.journal_id = %s order by e.leg_no limit 1000
"""

NO_VERSION = 2**63 - 1


@dataclass(frozen=True, slots=True)
class JournalLeg:
    """One leg of a posted journal, with the account it stands on."""

    leg_no: int
    account_id: int
    code: str
    owner_uid: uuid.UUID | None
    currency: str
    amount_minor: int
    balance_minor: int | None
    version: int | None
    posted_at: dt.datetime


def find_account(*, code: str, owner_uid: uuid.UUID | None, currency: str) -> Account | None:
    """Return the account of (code, owner, currency), or None."""
    row = _row(
        ACCOUNT
        + "where code = %s and owner_uid is not distinct from %s::uuid and currency = %s"
        + " and stripe_no = 0",
        [code, owner_uid, currency],
    )
    return Account(*row) if row else None


def get_account(*, code: str, owner_uid: uuid.UUID | None, currency: str) -> Account:
    """Return the account of (code, owner, currency).

    :raises AccountUnknown: there is none
    """
    account = find_account(code=code, owner_uid=owner_uid, currency=currency)
    if account is None:
        raise rules.AccountUnknown()
    return account


def get_account_by_id(*, account_id: int) -> Account:
    """Return one account.

    :raises AccountUnknown: there is none
    """
    row = _row(ACCOUNT + "where id = %s and mode <> 'stripe'", [account_id])
    if row is None:
        raise rules.AccountUnknown()
    return Account(*row)


def list_accounts(*, owner_uid: uuid.UUID, limit: int = 100) -> list[Account]:
    """Return an owner's accounts in the order of their codes and currencies."""
    rows = _rows(
        ACCOUNT + "where owner_uid = %s and stripe_no = 0 order by code, currency limit %s",
        [owner_uid, limit],
    )
    return [Account(*row) for row in rows]


def balance(*, account_id: int) -> Balance:
    """Return an account's figures at this instant, whatever its mode.

    :raises AccountUnknown: no such account
    """
    row = _row(BALANCE, [account_id])
    if row is None:
        raise rules.AccountUnknown()
    posted_minor, held_minor, currency, version = row
    return Balance(posted_minor, held_minor, posted_minor - held_minor, currency, version)


def balance_at(*, account_id: int, at: dt.datetime) -> int:
    """Return what was posted on the account up to and including an instant, in minor units.

    :raises AccountUnknown: no such account
    """
    row = _row(BALANCE_AT, {"account": account_id, "at": at})
    if row is None:
        raise rules.AccountUnknown()
    posted_minor: int = row[0]
    return posted_minor


def list_entries(
    *, account_id: int, before_version: int | None = None, limit: int = 50
) -> list[EntryLine]:
    """Return an account's entries, newest first; the last version is the next page's cursor.

    The entries of a striped account lie on its stripes and have no common order: it has none.
    """
    rows = _rows(
        ENTRIES,
        {
            "account": account_id,
            "before": NO_VERSION if before_version is None else before_version,
            "limit": max(0, min(limit, 1_000)),
        },
    )
    return [EntryLine(*row) for row in rows]


def list_legs(*, journal_id: int) -> list[JournalLeg]:
    """Return the legs of one journal in order, for the back office."""
    return [JournalLeg(*row) for row in _rows(LEGS, [journal_id])]


def get_hold(*, hold_uid: uuid.UUID) -> Hold:
    """Return a hold and what is left of it.

    :raises HoldUnknown: no such hold
    """
    row = _row(HOLD, [hold_uid])
    if row is None:
        raise rules.HoldUnknown()
    return Hold(*row)


def _row(statement: str, parameters: Any) -> tuple[Any, ...] | None:
    rows = _rows(statement, parameters)
    return rows[0] if rows else None


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
