"""The town's members: names by generation, ages, where they shop, how they like their pages."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from journeys.town.rules.shops import DISTRICTS, SHOPS

PIN: Final = "258036"
"""The payment PIN of everybody in the demo town."""

KNOWN_PEOPLE: Final = 3
"""How many of the first residents are named, for signing in as them."""

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://tongbao.example/town")
_SURNAMES: Final = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任沈姚卢"
)
_SENIOR: Final = (
    "秀英", "桂英", "秀兰", "玉兰", "玉珍", "淑珍", "凤英", "桂兰",
    "秀珍", "淑芬", "玉梅", "兰英", "素珍", "桂芳", "春梅", "金凤",
    "月娥", "彩霞", "建国", "国强", "德明", "志强", "建华", "福生",
    "玉林", "保国", "永福", "国华", "庆生", "金生", "文彬", "志明",
    "根生", "宝林", "光明", "长海",
)  # fmt: skip
_MIDDLE: Final = (
    "丽", "敏", "静", "艳", "娟", "红梅", "海燕", "晓燕", "丽娟",
    "春燕", "雪梅", "慧", "玲", "芳", "伟", "勇", "军", "磊",
    "涛", "斌", "海波", "志刚", "晓东", "建军", "永强", "立新", "卫东",
    "丽萍", "文静", "晓红",
)  # fmt: skip
_YOUNG: Final = (
    "雨桐", "欣怡", "思雨", "梦瑶", "诗涵", "佳怡", "晓雯", "若曦",
    "雅婷", "可欣", "浩然", "宇轩", "子豪", "俊杰", "梓轩", "天宇",
    "明轩", "志远", "家豪", "一鸣", "晨曦", "嘉懿",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resident:
    """One member of the demo town. ``thrift`` weighs how often the person pays."""

    number: int
    uid: UUID
    phone: str
    name: str
    age: int
    district: str
    language: str
    size: str
    joined_days_ago: int
    thrift: int

    @property
    def senior(self) -> bool:
        return self.age >= 60

    def birthday(self, today: dt.date) -> dt.date:
        """Give a birthday that makes the person this old, always the same day of the year."""
        day = dt.date(2001, 1, 1) + dt.timedelta(days=self.uid.int % 365)
        had_it = (day.month, day.day) <= (today.month, today.day)
        return day.replace(year=today.year - self.age - (0 if had_it else 1))


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who runs a shop, works in one, or works for the operator."""

    uid: UUID
    phone: str
    name: str


def uid_of(seed: int, *parts: object) -> UUID:
    """Give the uid of one thing of the town that grows from this seed."""
    return uuid5(_NAMESPACE, ":".join(map(str, (seed, *parts))))


def residents(*, seed: int, count: int) -> list[Resident]:
    """Give the members of the town: three people with known names first, a third seniors."""
    rng = random.Random(f"residents {seed}")
    known = [("王秀英", 72, "zh-hans"), ("李建国", 67, "zh-hans"), ("Emma Chen", 29, "en")]
    taken = {name for name, _age, _language in known}
    found = []
    for number in range(count):
        if number < len(known):
            name, age, language = known[number]
        else:
            age = _age(rng, senior=number % 3 == 0)
            name, language = _name(rng, age, taken), "zh-hans"
            taken.add(name)
        found.append(
            Resident(
                number=number,
                uid=uid_of(seed, "member", number),
                phone=f"+861990000{number + 1:04d}",
                name=name,
                age=age,
                district=DISTRICTS[rng.random() < (0.4 if age >= 60 else 0.6)],
                language=language,
                size=_size(rng, number, age),
                joined_days_ago=rng.randint(60, 75) if number % 6 else rng.randint(5, 59),
                thrift=rng.choice((4, 7, 10, 10, 13, 16, 22)),
            )
        )
    return found


def owner(*, seed: int, place: int) -> Worker:
    """Give the owner of the ``place``-th shop, counted from 0."""
    return Worker(uid_of(seed, "owner", place), f"+861990001{place + 1:04d}", SHOPS[place].owner)


def cashier(*, seed: int, place: int) -> Worker:
    """Give the cashier of the ``place``-th shop, counted from 0."""
    return Worker(
        uid_of(seed, "cashier", place), f"+861990002{place + 1:04d}", SHOPS[place].cashier
    )


def operators(*, seed: int) -> tuple[Worker, Worker]:
    """Give the operator's two people: the first may do everything, the second looks."""
    return (
        Worker(uid_of(seed, "operator", 0), "+8619900090001", "沈静"),
        Worker(uid_of(seed, "operator", 1), "+8619900090002", "高明"),
    )


def _age(rng: random.Random, *, senior: bool) -> int:
    if senior:
        return min(88, 60 + int(abs(rng.gauss(0, 9))))
    return rng.choice((rng.randint(19, 34), rng.randint(24, 45), rng.randint(35, 59)))


def _name(rng: random.Random, age: int, taken: set[str]) -> str:
    given = _SENIOR if age >= 60 else _MIDDLE if age >= 36 else _YOUNG
    while True:
        # The first surnames are the frequent ones.
        surname = _SURNAMES[min(int(rng.expovariate(0.08)), len(_SURNAMES) - 1)]
        if (name := surname + rng.choice(given)) not in taken:
            return name


def _size(rng: random.Random, number: int, age: int) -> str:
    if age < 60:
        return "standard"
    if number == 0:
        return "large"
    return "xlarge" if rng.random() < 0.2 else "large"
