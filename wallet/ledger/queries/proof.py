"""The proof: every invariant of the ledger, checked over all rows, in one snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """How many rows of one kind were looked at."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Break:
    """One invariant that does not hold: how often, and the first ids where (of ``subject``)."""

    check: str
    subject: str
    count: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One line of the trial balance; over a currency the totals sum to zero."""

    currency: str
    code: str
    accounts: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the proof looked at, what it found broken, and the trial balance."""

    figures: tuple[Figure, ...]
    checks: tuple[str, ...]
    breaks: tuple[Break, ...]
    trial_balance: tuple[TrialLine, ...]

    @property
    def clean(self) -> bool:
        """Whether every invariant holds."""
        return not self.breaks


FIGURES = {
    "accounts": "select count(*) from ledger_account where mode <> 'stripe'",
    "stripes": "select count(*) from ledger_account where mode = 'stripe'",
    "journals": "select count(*) from ledger_journal",
    "entries": "select count(*) from ledger_entry",
    "entries waiting for their fold": "select count(*) from ledger_entry where version is null",
    "holds": "select count(*) from ledger_hold",
    "open holds": "select count(*) from ledger_hold where settled_at is null",
}

# One pass in the order of (account, version), which is the order of an index.
BY_ACCOUNT = """
with step as (
    select account_id, version, amount_minor, balance_minor, posted_at,
           lag(version, 1, 0::bigint) over o as version_before,
           lag(balance_minor, 1, 0::bigint) over o as balance_before,
           lag(posted_at) over o as posted_before
      from ledger_entry where version is not null
    window o as (partition by account_id order by version)
), entries as (
    select account_id, sum(amount_minor) as total, max(version) as last_version,
           max(posted_at) as last_at,
           bool_or(version <> version_before + 1) as gap,
           bool_or(balance_minor is distinct from balance_before + amount_minor) as wrong,
           bool_or(posted_at < posted_before) as backwards
      from step group by account_id
), waiting as (
    select account_id, sum(amount_minor) as total, bool_or(balance_minor is not null) as odd
      from ledger_entry where version is null group by account_id
), held as (
    select account_id, sum(amount_minor) as total from ledger_hold_move group by account_id
), seen as (
    select coalesce(a.id, e.account_id, w.account_id, h.account_id) as id,
           a.id is null as unknown,
           a.posted_minor is distinct from coalesce(e.total, 0) as sum_wrong,
           coalesce(e.gap, false) or a.version is distinct from coalesce(e.last_version, 0) as gap,
           coalesce(e.wrong, false) as running_wrong,
           coalesce(e.backwards, false) or e.last_at > a.last_at
               or (e.last_at is not null and a.last_at is null) as backwards,
           a.held_minor is distinct from coalesce(h.total, 0) as held_wrong,
           coalesce(a.posted_minor - a.held_minor < a.floor_minor, false)
               or a.held_minor < 0 as below_floor,
           w.account_id is not null and (a.mode is distinct from 'fold' or w.odd) as waits_wrongly
      from ledger_account a
      full join entries e on e.account_id = a.id
      full join waiting w on w.account_id = coalesce(a.id, e.account_id)
      full join held h on h.account_id = coalesce(a.id, e.account_id, w.account_id)
)
select %(columns)s from seen
"""
ACCOUNT_CHECKS = {
    "entries and holds stand on known accounts": "unknown",
    "balance is the sum of the entries": "sum_wrong",
    "versions have no gap": "gap",
    "running balances are right": "running_wrong",
    "time never runs against the version": "backwards",
    "held is the sum of the holds": "held_wrong",
    "no account is below its floor": "below_floor",
    "only fold accounts have waiting entries": "waits_wrongly",
}

# Each gives the ids where an invariant does not hold.
CHECKS = {
    ("journals sum to zero in each currency", "journal"): """
        select distinct e.journal_id as id
          from ledger_entry e left join ledger_account a on a.id = e.account_id
         group by e.journal_id, a.currency having sum(e.amount_minor) <> 0""",
    ("journals have all their legs", "journal"): """
        select coalesce(j.id, e.journal_id) as id
          from ledger_journal j
          full join (select journal_id, count(*) as legs, min(leg_no) as first_leg,
                            max(leg_no) as last_leg
                       from ledger_entry group by journal_id) e on e.journal_id = j.id
         where e.journal_id is null or e.legs < 2 or e.first_leg <> 1 or e.last_leg <> e.legs""",
    ("entries belong to a journal", "journal"): """
        select distinct e.journal_id as id from ledger_entry e
         where not exists (select from ledger_journal j where j.id = e.journal_id)""",
    ("holds never give more than was placed", "hold"): """
        select h.id from ledger_hold h
          left join (select hold_id, sum(amount_minor) as left_minor,
                            sum(amount_minor) filter (where kind = 'placed') as placed
                       from ledger_hold_move group by hold_id) m on m.hold_id = h.id
         where m.placed is distinct from h.amount_minor or m.left_minor < 0
            or (m.left_minor = 0) <> (h.settled_at is not null)""",
    ("captures have their entry", "hold"): """
        select distinct m.hold_id as id
          from (select hold_id, journal_id, account_id, sum(amount_minor) as total
                  from ledger_hold_move where kind = 'captured'
                 group by hold_id, journal_id, account_id) m
         where not exists (select from ledger_entry e
                            where e.journal_id = m.journal_id and e.account_id = m.account_id
                              and e.amount_minor <= m.total)""",
    ("stripes are complete and their parent is empty", "account"): """
        select a.id from ledger_account a
          left join (select stripe_of_id, count(*) as count, min(stripe_no) as first_no,
                            max(stripe_no) as last_no, min(currency) as low, max(currency) as high,
                            sum(floor_minor) as floor, count(floor_minor) as floors
                       from ledger_account where mode = 'stripe' group by stripe_of_id) s
                 on s.stripe_of_id = a.id
         where a.mode = 'striped'
           and (a.posted_minor <> 0 or a.held_minor <> 0 or a.version <> 0
                or s.count is distinct from a.stripe_count or s.first_no <> 1
                or s.last_no <> a.stripe_count or s.low <> a.currency or s.high <> a.currency
                or s.floor is distinct from a.floor_minor
                or s.floors <> case when a.floor_minor is null then 0 else s.count end)
            or a.mode <> 'striped' and s.stripe_of_id is not null
        union all
        select a.id from ledger_account a
         where a.mode = 'stripe'
           and not exists (select from ledger_account p
                            where p.id = a.stripe_of_id and p.mode = 'striped')""",
}

TRIAL_BALANCE = """
select a.currency, a.code, count(*) filter (where a.mode <> 'stripe'),
       sum(a.posted_minor + coalesce(w.total, 0))::bigint
  from ledger_account a
  left join (select account_id, sum(amount_minor) as total
               from ledger_entry where version is null group by account_id) w
         on w.account_id = a.id
 group by a.currency, a.code order by a.currency, a.code
"""


def verify() -> Report:
    """Prove every invariant over all rows, in one repeatable-read snapshot.

    Reads the whole ledger: minutes on a large one, and nothing waits for it.
    """
    with _snapshot():
        breaks = [*_account_breaks(), *_breaks()]
        trial = trial_balance()
        currencies = sorted({line.currency for line in trial})
        for currency in currencies:
            if total := sum(line.total_minor for line in trial if line.currency == currency):
                breaks.append(
                    Break(f"trial balance of {currency} is zero", "minor units off", abs(total), ())
                )
        return Report(
            figures=tuple(Figure(name, _one(sql)) for name, sql in FIGURES.items()),
            checks=(
                *ACCOUNT_CHECKS,
                *(check for check, _subject in CHECKS),
                *(f"trial balance of {currency} is zero" for currency in currencies),
            ),
            breaks=tuple(breaks),
            trial_balance=tuple(trial),
        )


def trial_balance() -> list[TrialLine]:
    """Return the total of each kind of account in each currency, at this instant."""
    with connection.cursor() as cursor:
        cursor.execute(TRIAL_BALANCE)
        return [TrialLine(*row) for row in cursor.fetchall()]


def _account_breaks() -> Iterator[Break]:
    columns = ", ".join(
        f"count(*) filter (where {flag}),"
        f" (array_agg(id order by id) filter (where {flag}))[1:{EXAMPLES}]"
        for flag in ACCOUNT_CHECKS.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(BY_ACCOUNT.replace("%(columns)s", columns))
        row = cursor.fetchone()
    for check, count, first in zip(ACCOUNT_CHECKS, row[::2], row[1::2], strict=True):
        if count:
            yield Break(check, "account", count, tuple(first))


def _breaks() -> Iterator[Break]:
    for (check, subject), sql in CHECKS.items():
        with connection.cursor() as cursor:
            cursor.execute(
                f"select count(*), (array_agg(id order by id))[1:{EXAMPLES}] from ({sql}) broken"
            )
            count, first = cursor.fetchone()
        if count:
            yield Break(check, subject, count, tuple(first))


def _one(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value: int = cursor.fetchone()[0]
        return value


@contextmanager
def _snapshot() -> Iterator[None]:
    """One snapshot for all statements; inside a caller's transaction, the caller's."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            # The proof of a large ledger may take longer than a page's statements.
            cursor.execute("set local statement_timeout = 0")
        yield
