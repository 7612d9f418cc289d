import dataclasses
import datetime as dt
from itertools import groupby

from foundation import clock
from foundation.jobs import queries as jobs
from foundation.jobs.queries import JobDetail
from foundation.money import Money
from foundation.outbox import queries as outbox
from foundation.outbox.queries import OutboxFigures
from foundation.users import queries as users
from journeys.operations.rules import PROOF
from merchants.stores import queries as stores
from merchants.stores.queries import TownDay
from wallet.funding import queries as funding
from wallet.ledger import queries as ledger

CURRENCY = "CNY"
CHART_DAYS = 30


@dataclasses.dataclass(frozen=True)
class Home:
    """The operator's figures of today, and the days that led to it."""

    date: dt.date
    payments_count: int
    payments: Money
    refunds_count: int
    refunds: Money
    new_members: int
    top_ups_count: int
    top_ups: Money
    outbox: OutboxFigures
    balanced: bool
    proof: JobDetail | None
    days: list[TownDay]


@dataclasses.dataclass(frozen=True)
class BalanceLine:
    """One kind of account in the trial balance."""

    code: str
    accounts: int
    debit: Money | None
    credit: Money | None


@dataclasses.dataclass(frozen=True)
class CurrencyBalance:
    """The trial balance of one currency: debits and credits are equal, so the sum is zero."""

    currency: str
    lines: list[BalanceLine]
    debits: Money
    credits: Money
    sum: Money


def get_home(*, at: dt.datetime) -> Home:
    """Return the figures of the operator's first page."""
    date = clock.day_of(at)
    start, end = clock.day_bounds(date)
    days = stores.list_town_days(last=date, days=CHART_DAYS, currency=CURRENCY)
    today = days[-1]
    top_ups_count, top_ups_minor = funding.sum_confirmed(start=start, end=end, currency=CURRENCY)
    return Home(
        date=date,
        payments_count=today.captured_count,
        payments=Money(today.captured_minor, CURRENCY),
        refunds_count=today.refunded_count,
        refunds=Money(today.refunded_minor, CURRENCY),
        new_members=users.count_joined(start=start, end=end),
        top_ups_count=top_ups_count,
        top_ups=Money(top_ups_minor, CURRENCY),
        outbox=outbox.get_figures(),
        balanced=all(one.sum.amount_minor == 0 for one in list_trial_balances()),
        proof=find_proof(),
        days=days,
    )


def find_proof() -> JobDetail | None:
    """Return the proof of the books that was asked for last, or None."""
    return jobs.find_latest(kind=PROOF)


def list_trial_balances() -> list[CurrencyBalance]:
    """Return the trial balance of each currency at this instant."""
    lines = ledger.trial_balance()
    return [
        _balance(currency, list(group))
        for currency, group in groupby(lines, lambda line: line.currency)
    ]


def _balance(currency: str, lines: list[ledger.TrialLine]) -> CurrencyBalance:
    debits = sum(-line.total_minor for line in lines if line.total_minor < 0)
    credited = sum(line.total_minor for line in lines if line.total_minor > 0)
    return CurrencyBalance(
        currency=currency,
        lines=[
            BalanceLine(
                code=line.code,
                accounts=line.accounts,
                debit=Money(-line.total_minor, currency) if line.total_minor < 0 else None,
                credit=Money(line.total_minor, currency) if line.total_minor >= 0 else None,
            )
            for line in lines
        ],
        debits=Money(debits, currency),
        credits=Money(credited, currency),
        sum=Money(credited - debits, currency),
    )
