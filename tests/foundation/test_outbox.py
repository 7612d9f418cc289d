import dataclasses
import datetime as dt
import threading
import uuid
from typing import ClassVar

import pytest
from django.db import connection, transaction

from foundation.audit.actions import record
from foundation.audit.models import AuditRecord
from foundation.money import Money
from foundation.outbox import actions, queries, registry, rules
from foundation.outbox.events import Event
from foundation.outbox.models import Delivery, OutboxEvent

pytestmark = [pytest.mark.outbox, pytest.mark.django_db(transaction=True)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sold(Event):
    kind: ClassVar[str] = "test.sold"
    uid: uuid.UUID
    amount: Money
    at: dt.datetime


def _sold(at: dt.datetime) -> Sold:
    return Sold(uid=uuid.uuid4(), amount=Money(5, "CNY"), at=at)


def _publish(events: list[Sold]) -> None:
    with transaction.atomic():
        actions.publish_many(events=events, hint=False)


@pytest.fixture
def consumers(monkeypatch):
    """Register consumers for one test only."""
    known: dict = {}
    monkeypatch.setattr(registry, "_consumers", known)
    return registry.consumes


def _effect(events: list[Sold], at: dt.datetime) -> None:
    for event in events:
        record(at=at, actor_id=None, act="sold", target_kind="t", target_uid=str(event.uid))


def test_every_consumer_has_its_effect_once(consumers, at) -> None:
    seen: list[Sold] = []
    consumers(Sold, name="a")(lambda events: _effect(events, at))
    consumers(Sold, name="b")(seen.extend)
    events = [_sold(at) for _ in range(7)]
    _publish(events)

    assert actions.drain() == 7
    assert actions.drain() == 0
    assert sorted(seen, key=lambda e: e.uid.int) == sorted(events, key=lambda e: e.uid.int)
    assert AuditRecord.objects.count() == 7
    assert Delivery.objects.filter(status="done").count() == 14


def test_nothing_leaves_when_the_transaction_fails(consumers, at) -> None:
    consumers(Sold, name="a")(lambda events: _effect(events, at))

    def fail() -> None:
        with transaction.atomic():
            actions.publish(event=_sold(at))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert actions.drain() == 0
    assert not OutboxEvent.objects.exists()


def test_publishing_outside_of_a_transaction_raises(at) -> None:
    with pytest.raises(RuntimeError, match="is a step"):
        actions.publish(event=_sold(at))


def test_one_bad_event_stays_alone_and_is_retried_then_dead(consumers, at) -> None:
    bad = _sold(at)

    def picky(events: list[Sold]) -> None:
        _effect(events, at)
        if bad in events:
            raise ValueError("no such thing")

    consumers(Sold, name="picky")(picky)
    _publish([_sold(at), bad, _sold(at)])

    actions.relay(at=at)
    assert AuditRecord.objects.count() == 2
    failed = Delivery.objects.get(status="retry")
    assert failed.error == "ValueError: no such thing"
    assert failed.due_at == at + dt.timedelta(seconds=2)
    assert not actions.retry(at=at)

    later = at
    for _ in rules.RETRY_SECONDS:
        later += dt.timedelta(days=1)
        assert actions.retry(at=later)
    assert queries.get_figures() == queries.OutboxFigures(waiting=0, retrying=0, dead=1)

    consumers(Sold, name="picky2")(picky)
    registry._consumers["picky"] = dataclasses.replace(
        registry._consumers["picky"], handle=lambda events: _effect(events, at)
    )
    assert actions.revive(delivery_ids=[failed.id], at=later) == 1
    assert actions.retry(at=later)
    assert AuditRecord.objects.count() == 3
    assert queries.get_figures().dead == 0


def test_four_relays_at_once_give_each_event_once(consumers, at) -> None:
    consumers(Sold, name="a")(lambda events: _effect(events, at))
    _publish([_sold(at) for _ in range(300)])

    def run() -> None:
        try:
            while actions.relay(at=at, limit=10):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert AuditRecord.objects.count() == 300
    assert AuditRecord.objects.values("target_uid").distinct().count() == 300


def test_a_dead_broker_does_not_fail_the_payment(at, settings, monkeypatch) -> None:
    from foundation.outbox import tasks

    asked = threading.Event()

    def broken(**_: object) -> None:
        asked.set()
        raise ConnectionError

    monkeypatch.setattr(tasks.relay, "apply_async", broken)
    monkeypatch.setattr(actions, "_last_hint", -1.0)
    with transaction.atomic():
        actions.publish(event=_sold(at))
    assert asked.wait(5)
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("change", ["update {} set act = 'x'", "delete from {}"])
def test_the_audit_trail_only_grows(change, at) -> None:
    with transaction.atomic():
        record(at=at, actor_id=None, act="a", target_kind="t", target_uid="1")

    with pytest.raises(Exception, match="only ever added"), connection.cursor() as cursor:
        cursor.execute(change.format("foundation_auditrecord"))
    assert AuditRecord.objects.get().act == "a"
