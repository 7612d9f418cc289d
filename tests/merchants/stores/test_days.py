"""The figures of a store's day: kept by batches of events, each counted once."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from foundation.outbox import actions as outbox
from foundation.outbox.models import Delivery, OutboxEvent
from merchants.stores import consumers, queries, rules
from merchants.stores.models import StoreDay
from tests.factories.merchants import make_member, make_shop, pay
from wallet.payments.events import PaymentCaptured, PaymentRefunded

pytestmark = pytest.mark.django_db

BEFORE_MIDNIGHT = dt.datetime(2026, 3, 14, 15, 59, 59, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 3, 14, 16, 0, tzinfo=dt.UTC)
SATURDAY = dt.date(2026, 3, 14)


def captured(*, shop, amount_minor: int, at: dt.datetime, currency: str = "CNY") -> PaymentCaptured:
    return PaymentCaptured(
        uid=uuid.uuid4(),
        reference="20260314000000000000",
        request_uid=uuid.uuid4(),
        scene="dynamic",
        payer_id=1,
        store_uid=shop.store.uid,
        merchant_uid=shop.merchant.uid,
        payee_name=shop.store.name,
        amount_minor=amount_minor,
        currency=currency,
        captured_at=at,
    )


def refunded(*, shop, amount_minor: int, at: dt.datetime) -> PaymentRefunded:
    return PaymentRefunded(
        uid=uuid.uuid4(),
        payment_uid=uuid.uuid4(),
        payer_id=1,
        store_uid=shop.store.uid,
        merchant_uid=shop.merchant.uid,
        payee_name=shop.store.name,
        amount_minor=amount_minor,
        currency="CNY",
        refunded_total_minor=amount_minor,
        payment_captured_at=at,
        refunded_at=at,
    )


def test_a_batch_is_one_statement(django_assert_num_queries) -> None:
    shop, other = make_shop(), make_shop(name="别家")
    events = [
        captured(shop=shop, amount_minor=1200, at=BEFORE_MIDNIGHT),
        captured(shop=other, amount_minor=700, at=BEFORE_MIDNIGHT),
        captured(shop=shop, amount_minor=300, at=BEFORE_MIDNIGHT),
        captured(shop=shop, amount_minor=50, at=MIDNIGHT),
    ]

    with django_assert_num_queries(1):
        consumers.add_payments(events)

    rows = StoreDay.objects.order_by("store_id", "date").values_list(
        "store__name", "date", "captured_minor", "captured_count"
    )
    assert list(rows) == [
        ("兰姨面馆", SATURDAY, 1500, 2),
        ("兰姨面馆", SATURDAY + dt.timedelta(days=1), 50, 1),
        ("别家", SATURDAY, 700, 1),
    ]


def test_order_does_not_matter_and_refunds_count_on_their_own_day() -> None:
    shop = make_shop()

    consumers.add_refunds([refunded(shop=shop, amount_minor=400, at=MIDNIGHT)])
    consumers.add_payments([captured(shop=shop, amount_minor=1000, at=BEFORE_MIDNIGHT)])

    store = shop.seen_by(shop.owner)
    saturday, sunday = queries.day_series(store=store, last=SATURDAY + dt.timedelta(days=1), days=2)
    assert (saturday.kept.amount_minor, saturday.captured_count) == (1000, 1)
    assert (sunday.kept.amount_minor, sunday.refunded_count) == (-400, 1)


def test_currencies_are_kept_apart() -> None:
    shop = make_shop()

    consumers.add_payments(
        [
            captured(shop=shop, amount_minor=1000, at=MIDNIGHT),
            captured(shop=shop, amount_minor=9, at=MIDNIGHT, currency="JPY"),
        ]
    )

    assert StoreDay.objects.count() == 2
    total = queries.day_total(store=shop.seen_by(shop.owner), date=SATURDAY + dt.timedelta(days=1))
    assert total.captured.amount_minor == 1000


def test_a_store_that_does_not_exist_is_not_passed_over() -> None:
    shop = make_shop()
    lost = captured(shop=shop, amount_minor=1, at=MIDNIGHT)
    object.__setattr__(lost, "store_uid", uuid.uuid4())

    with pytest.raises(LookupError):
        consumers.add_payments([lost])


def test_a_relayed_payment_counts_once_however_often_the_relay_runs(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=5000)
    pay(shop=shop, member=member, amount_minor=2850, at=at)

    outbox.drain()
    outbox.drain()
    # As if a crash had lost the mark: the delivery's own key undoes the second effect.
    OutboxEvent.objects.update(relayed_at=None)
    with pytest.raises(IntegrityError):
        outbox.relay(at=at)

    day = StoreDay.objects.get()
    assert (day.captured_minor, day.captured_count) == (2850, 1)
    assert Delivery.objects.filter(consumer="stores.day_totals").count() == 1


def test_the_series_has_every_day_and_one_query(django_assert_num_queries) -> None:
    shop = make_shop()
    consumers.add_payments([captured(shop=shop, amount_minor=1000, at=BEFORE_MIDNIGHT)])
    store = shop.seen_by(shop.owner)

    with django_assert_num_queries(1):
        series = queries.day_series(store=store, last=SATURDAY, days=7)

    assert [day.date.day for day in series] == [8, 9, 10, 11, 12, 13, 14]
    assert [day.kept.amount_minor for day in series] == [0, 0, 0, 0, 0, 0, 1000]


def test_an_empty_batch_asks_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        consumers.add_payments([])


def test_sums_of_the_same_day_are_one() -> None:
    uid = uuid.uuid4()
    one = rules.DayFigures(store_uid=uid, date=SATURDAY, currency="CNY", captured_minor=5)

    assert rules.sum_by_day([one, one]) == [
        rules.DayFigures(store_uid=uid, date=SATURDAY, currency="CNY", captured_minor=10)
    ]
