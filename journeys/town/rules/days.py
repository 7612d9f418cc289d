"""What happens in the town in 60 days, in order of time, from a seed alone."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from uuid import UUID

from foundation.check_digits import luhn_digit
from foundation.clock import day_bounds, day_of
from foundation.money import split
from journeys.town.rules.people import KNOWN_PEOPLE, Resident, uid_of
from journeys.town.rules.shops import SHOPS, TRADES, Trade

DAYS: Final = 60
SCENES: Final = ("dynamic", "static", "pay_code")
REFUND_CHANCE: Final = 0.016
FULL_REFUND_CHANCE: Final = 0.6
REASONS: Final = ("点多了", "商品缺货", "重复付款", "顾客退货", "称重有误", "临时有事")
TOP_UPS_MINOR: Final = (5_000, 10_000, 10_000, 20_000, 20_000, 30_000, 50_000)

KEPT_MINOR: Final = 20_000
"""What the people one signs in as always keep in their wallets, so that they can pay."""


@dataclass(frozen=True, slots=True)
class TopUp:
    """A member puts money in."""

    at: dt.datetime
    uid: UUID
    reference: str
    member: int
    amount_minor: int
    started_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Purchase:
    """A member pays a shop. ``member`` and ``shop`` are places in their lists."""

    at: dt.datetime
    uid: UUID
    reference: str
    member: int
    shop: int
    amount_minor: int
    scene: str
    note: str
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Return:
    """A shop gives back part or all of a payment."""

    at: dt.datetime
    purchase: Purchase
    amount_minor: int
    reason: str


Happening = TopUp | Purchase | Return


def happenings(
    *, seed: int, people: Sequence[Resident], payments: int, until: dt.datetime
) -> list[Happening]:
    """Give everything that happened in the 60 business days up to ``until``, in order of time.

    The days are always planned whole; what lies after ``until`` is left out. So about
    ``payments`` payments are there, a few less early in the day. Nobody goes below zero.
    """
    today = day_of(until)
    bought = _purchases(seed=seed, people=people, payments=payments, today=today)
    returned = _returns(seed=seed, bought=bought)
    paid_in = _top_ups(seed=seed, people=people, bought=bought)
    everything: list[Happening] = [*bought, *returned, *paid_in]
    everything.sort(key=lambda one: one.at)
    return [one for one in everything if one.at <= until]


def _purchases(
    *, seed: int, people: Sequence[Resident], payments: int, today: dt.date
) -> list[Purchase]:
    rng = random.Random(f"purchases {seed}")
    dates = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    weights = []
    for date in dates:
        mood = rng.randint(88, 112)  # weather, say
        for shop in SHOPS:
            trade = TRADES[shop.trade]
            weights.append(
                mood * trade.share * shop.share * trade.week[date.weekday()]
                * rng.randint(85, 115) // 10_000
            )  # fmt: skip
    counts = split(amount_minor=payments, weights=weights)
    crowds = [_Crowd(people, place) for place in range(len(SHOPS))]
    found: list[Purchase] = []
    for number, count in enumerate(counts):
        date, place = dates[number // len(SHOPS)], number % len(SHOPS)
        members = crowds[place].draw(rng, count, days_ago=(today - date).days)
        found += [_purchase(rng, seed, len(found) + i, date, place, m)
                  for i, m in enumerate(members)]  # fmt: skip
    found.sort(key=lambda one: (one.at, one.uid))
    return found


class _Crowd:
    """Who comes to a shop, and how likely: by district, age, and how often they pay at all."""

    def __init__(self, people: Sequence[Resident], place: int) -> None:
        shop = SHOPS[place]
        ages = TRADES[shop.trade].ages
        self.people = people
        self.cumulative = list(
            accumulate(
                one.thrift * ages[not one.senior] * (5 if one.district == shop.district else 2)
                for one in people
            )
        )

    def draw(self, rng: random.Random, count: int, *, days_ago: int) -> list[int]:
        """Draw members who had joined by then; the first member stands in when nobody had."""
        drawn = []
        while len(drawn) < count:
            (number,) = rng.choices(range(len(self.people)), cum_weights=self.cumulative)
            if self.people[number].joined_days_ago > days_ago or len(self.people) < 10:
                drawn.append(number)
        return drawn


def _purchase(
    rng: random.Random, seed: int, number: int, date: dt.date, place: int, member: int
) -> Purchase:
    trade = TRADES[SHOPS[place].trade]
    (hour,) = rng.choices(list(trade.hours), weights=list(trade.hours.values()))
    at = day_bounds(date)[0] + dt.timedelta(
        hours=hour, seconds=rng.randrange(3600), milliseconds=rng.randrange(1000)
    )
    (scene,) = rng.choices(SCENES, weights=trade.scenes)
    words, amount_minor = _basket(rng, trade)
    waited = {"dynamic": rng.randint(6, 55), "static": rng.randint(3, 25), "pay_code": 0}[scene]
    return Purchase(
        at=at,
        uid=uid_of(seed, "request", number),
        reference=_reference(rng, date),
        member=member,
        shop=place,
        amount_minor=amount_minor,
        scene=scene,
        note=words if scene == "dynamic" and rng.random() < 0.6 else "",
        opened_at=at - dt.timedelta(seconds=waited),
    )


def _basket(rng: random.Random, trade: Trade) -> tuple[str, int]:
    things = rng.choices(
        trade.menu, weights=[w for _n, _p, w in trade.menu], k=rng.randint(1, trade.most)
    )
    if trade.by_weight:
        # Weighed goods: a tenth of a yuan is what stalls round to.
        amount_minor = sum(round(p * rng.uniform(0.5, 1.6), -1) for _n, p, _w in things)
    else:
        amount_minor = sum(p for _n, p, _w in things)
    return "、".join(dict.fromkeys(n for n, _p, _w in things)), int(amount_minor)


def _returns(*, seed: int, bought: Sequence[Purchase]) -> list[Return]:
    rng = random.Random(f"returns {seed}")
    found = []
    for one in bought:
        if rng.random() >= REFUND_CHANCE:
            continue
        at = one.at + dt.timedelta(seconds=rng.randint(120, 5400))
        full = rng.random() < FULL_REFUND_CHANCE or one.amount_minor < 400
        part = max(10, int(one.amount_minor * rng.uniform(0.2, 0.8)) // 10 * 10)
        found.append(Return(at, one, one.amount_minor if full else part, rng.choice(REASONS)))
        if not full and rng.random() < 0.15:
            rest = one.amount_minor - part
            later = at + dt.timedelta(seconds=rng.randint(300, 86_400))
            found.append(Return(later, one, rest, rng.choice(REASONS)))
    return found


def _top_ups(*, seed: int, people: Sequence[Resident], bought: Sequence[Purchase]) -> list[TopUp]:
    """Put money in shortly before it is needed; refunds are left out, so balances only gain."""
    rng = random.Random(f"top-ups {seed}")
    habit = [rng.choice(TOP_UPS_MINOR) for _ in people]
    balance = [0] * len(people)
    last: dict[int, dt.datetime] = {}
    found = []
    for one in bought:
        kept = KEPT_MINOR if people[one.member].number < KNOWN_PEOPLE else 0
        if balance[one.member] < one.amount_minor + kept:
            before = one.opened_at - dt.timedelta(seconds=rng.randint(20, 1500))
            started = max(before, last.get(one.member, before) + dt.timedelta(milliseconds=10))
            at = min(started + dt.timedelta(milliseconds=rng.randint(1000, 3000)), one.at)
            missing = one.amount_minor + kept - balance[one.member]
            amount_minor = max(habit[one.member], -(-missing // 10_000) * 10_000)
            found.append(
                TopUp(
                    at=at - dt.timedelta(milliseconds=1),
                    uid=uid_of(seed, "top-up", len(found)),
                    reference=_reference(rng, day_of(started)),
                    member=one.member,
                    amount_minor=amount_minor,
                    started_at=min(started, at - dt.timedelta(milliseconds=1)),
                )
            )
            balance[one.member] += amount_minor
        balance[one.member] -= one.amount_minor
        last[one.member] = one.at
    return found


def _reference(rng: random.Random, day: dt.date) -> str:
    body = f"{day:%Y%m%d}{rng.randrange(10**11):011d}"
    return body + luhn_digit(body)
