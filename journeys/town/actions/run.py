import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from foundation import clock
from foundation.db import entry
from foundation.jobs import actions as jobs
from foundation.outbox import actions as outbox
from journeys.town import queries, rules
from journeys.town.actions.money import count_today, post_batch
from journeys.town.actions.people import OpenShop, Wallet, hire_operators, open_shop
from journeys.town.actions.people import settle_residents as settle
from members.profile import actions as profile
from members.profile import queries as profiles
from wallet.ledger import actions as ledger

BATCH = 1000
RELAY_AT_ONCE = 1000

Say = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and how much there is."""


class AlreadyFilled(Exception):
    """The town is there; nothing was changed."""


class HalfFilled(Exception):
    """A run with other options was cut off: only the same options can go on with it."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the town now."""

    members: int
    shops: int
    top_ups: int
    payments: int
    refunds: int
    seconds: int


class _Run(NamedTuple):
    job_id: int
    asked_at: dt.datetime


def fill(*, seed: int, members: int, payments: int, at: dt.datetime, say: Say) -> Filled:
    """Fill the demo town up to this instant, or go on with a run that was cut off.

    A run that goes on keeps the instant of its first start, so that its plan is the same.

    :raises AlreadyFilled: the town is there
    :raises HalfFilled: a run with other options was cut off
    """
    started = time.monotonic()
    run = _begin(kind=queries.job_kind(seed=seed, members=members, payments=payments), at=at)
    say("plan", 0, 1)
    people = rules.residents(seed=seed, count=members)
    plan = rules.happenings(seed=seed, people=people, payments=payments, until=run.asked_at)
    say("people", 0, len(people))
    wallets = settle(people=people, at=run.asked_at)
    shops = _open_shops(seed=seed, at=run.asked_at, say=say)
    hire_operators(seed=seed, at=run.asked_at)
    if _post_all(plan=plan, wallets=wallets, shops=shops, say=say):
        today = clock.day_of(run.asked_at)
        count_today(happened=plan, wallets=wallets, today=today)
    _deliver(total=len(plan), say=say)
    _read_notices(wallets=wallets, at=run.asked_at, say=say)
    filled = Filled(
        members=len(people),
        shops=len(shops),
        top_ups=sum(isinstance(one, rules.TopUp) for one in plan),
        payments=sum(isinstance(one, rules.Purchase) for one in plan),
        refunds=sum(isinstance(one, rules.Return) for one in plan),
        seconds=round(time.monotonic() - started),
    )
    jobs.finish(job_id=run.job_id, failed=False, result=asdict(filled), at=clock.now())
    return filled


def _begin(*, kind: str, at: dt.datetime) -> _Run:
    latest = queries.find_town()
    if latest is not None and not latest.under_way:
        raise AlreadyFilled
    if latest is not None and latest.kind != kind:
        raise HalfFilled
    run = _Run(latest.id, latest.asked_at) if latest else _ask(kind=kind, at=at)
    jobs.take(kind=kind, at=at)
    return run


@entry
def _ask(*, kind: str, at: dt.datetime) -> _Run:
    job = jobs.ask(kind=kind, asked_by_id=None, at=at)
    return _Run(job.pk, job.asked_at)


def _open_shops(*, seed: int, at: dt.datetime, say: Say) -> list[OpenShop]:
    opened = []
    opening = at - dt.timedelta(days=rules.DAYS + 20)
    for place in range(len(rules.SHOPS)):
        opened.append(open_shop(seed=seed, place=place, at=opening))
        say("shops", place + 1, len(rules.SHOPS))
    return opened


def _post_all(
    *,
    plan: Sequence[rules.Happening],
    wallets: Sequence[Wallet],
    shops: Sequence[OpenShop],
    say: Say,
) -> bool:
    """Post the plan in order of time; return whether its last batch is new."""
    new = False
    for first in range(0, len(plan), BATCH):
        new = post_batch(batch=plan[first : first + BATCH], wallets=wallets, shops=shops)
        say("payments", min(first + BATCH, len(plan)), len(plan))
    return new


def _deliver(*, total: int, say: Say) -> None:
    """Give the town's events to their consumers, and fold the shops' accounts."""
    done = 0
    while moved := outbox.relay(at=clock.now(), limit=RELAY_AT_ONCE):
        done += moved
        say("events", min(done, total), total)
    while ledger.fold(limit=5000):
        pass


def _read_notices(*, wallets: Sequence[Wallet], at: dt.datetime, say: Say) -> None:
    """Let everybody have read what they were told before today."""
    start, _end = clock.day_bounds(clock.day_of(at))
    for number, wallet in enumerate(wallets, start=1):
        user_id = wallet.payer.id
        lines = profiles.list_notices(user_id=user_id, limit=30)
        old = next((line for line in lines if line.at < start), None)
        if old is not None:
            profile.mark_read(user_id=user_id, up_to_id=old.id, at=start)
        say("notices", number, len(wallets))
