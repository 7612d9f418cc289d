import datetime as dt
import json
import threading
import time
import uuid
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from foundation import clock
from foundation.db import entry, step
from foundation.logs import get_logger
from foundation.outbox import registry, rules
from foundation.outbox.events import Event
from foundation.outbox.models import Delivery, OutboxEvent
from foundation.records import as_json, rebuild

log = get_logger(__name__)

BATCH = 200
HINT_EVERY_SECONDS = 0.2
_last_hint = 0.0


@step
def publish(*, event: Event) -> None:
    """Write a fact into the outbox, in the transaction that makes it true."""
    # Written by hand: this is in the way of every payment, and costs half of what a model does.
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into foundation_outboxevent (uid, kind, key, body) values (%s, %s, %s, %s)",
            [uuid.uuid4(), event.kind, event.key, json.dumps(as_json(event))],
        )
    transaction.on_commit(_hint)


@step
def publish_many(*, events: Sequence[Event], hint: bool = True) -> None:
    """Write facts into the outbox in one statement, and hint to the relay after the commit."""
    OutboxEvent.objects.bulk_create(
        [OutboxEvent(kind=e.kind, key=e.key, body=as_json(e)) for e in events], batch_size=2000
    )
    if hint:
        transaction.on_commit(_hint)


def _hint() -> None:
    """Wake the relay, a few times a second at most; beat wakes it anyway.

    The broker is asked beside the request, so that a slow one never holds up a payment.
    """
    global _last_hint
    now = time.monotonic()
    if now - _last_hint < HINT_EVERY_SECONDS:
        return
    _last_hint = now
    threading.Thread(target=_send_hint, daemon=True).start()


def _send_hint() -> None:
    # Imported late: the tasks import these actions.
    from foundation.outbox.tasks import relay as task

    try:
        task.apply_async(expires=10, ignore_result=True, retry=False)
    except Exception as error:
        # A dead broker delays the delivery to the next sweep and must not fail the payment.
        log.warning("outbox.hint_failed", error=type(error).__name__)


def drain(*, batches: int = 10_000) -> int:
    """Relay until nothing waits; return how many events went out."""
    total = 0
    for _ in range(batches):
        moved = relay(at=clock.now())
        total += moved
        if not moved:
            break
    return total


@entry
def relay(*, at: dt.datetime, limit: int = BATCH) -> int:
    """Give the oldest waiting events to their consumers; return how many events went out.

    Several relays may run: each takes other rows (SKIP LOCKED). A consumer that fails does not
    hold up the others: its events are tried again one by one, later, by `retry`.
    """
    events = list(
        OutboxEvent.objects.filter(relayed_at__isnull=True)
        .order_by("id")
        .select_for_update(skip_locked=True)[:limit]
    )
    if not events:
        return 0
    deliveries: list[Delivery] = []
    for kind, group in groupby(sorted(events, key=lambda e: (e.kind, e.id)), lambda e: e.kind):
        batch = list(group)
        for consumer in registry.consumers_of(kind):
            deliveries += _deliver(consumer, batch, at)
    Delivery.objects.bulk_create(deliveries)
    OutboxEvent.objects.filter(id__in=[e.id for e in events]).update(relayed_at=at)
    return len(events)


def _deliver(
    consumer: registry.Consumer, batch: list[OutboxEvent], at: dt.datetime
) -> list[Delivery]:
    """Hand over the batch; when it fails, one by one, so that one bad event stays alone."""
    if (error := _handle(consumer, batch)) is None:
        return [_delivery(consumer, event, at, None) for event in batch]
    if len(batch) == 1:
        return [_delivery(consumer, batch[0], at, error)]
    return [_delivery(consumer, event, at, _handle(consumer, [event])) for event in batch]


def _handle(consumer: registry.Consumer, batch: list[OutboxEvent]) -> Exception | None:
    try:
        with transaction.atomic():
            consumer.handle([rebuild(consumer.event, event.body) for event in batch])
            # Deferred constraints speak now, while the savepoint can still be undone.
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
    except Exception as error:
        log.warning(
            "outbox.consumer_failed",
            consumer=consumer.name,
            error=type(error).__name__,
            events=len(batch),
        )
        return error
    return None


def _delivery(
    consumer: registry.Consumer, event: OutboxEvent, at: dt.datetime, error: Exception | None
) -> Delivery:
    outcome = _outcome(attempts=1, at=at, error=error)
    return Delivery(event=event, consumer=consumer.name, attempts=1, updated_at=at, **outcome)


def _outcome(*, attempts: int, at: dt.datetime, error: Exception | None) -> dict[str, Any]:
    if error is None:
        return {"status": Delivery.Status.DONE, "due_at": None, "error": ""}
    due = rules.next_try(attempts=attempts, at=at)
    return {
        "status": Delivery.Status.RETRY if due else Delivery.Status.DEAD,
        "due_at": due,
        "error": f"{type(error).__name__}: {error}"[:500],
    }


@entry
def retry(*, at: dt.datetime) -> bool:
    """Try the most overdue failed delivery again; return whether there was one."""
    delivery = (
        Delivery.objects.filter(status=Delivery.Status.RETRY, due_at__lte=at)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("event")
        .first()
    )
    if delivery is None:
        return False
    consumer = registry.get_consumer(delivery.consumer)
    error = (
        _handle(consumer, [delivery.event])
        if consumer
        else LookupError("no consumer of this name is in the code")
    )
    delivery.attempts += 1
    delivery.updated_at = at
    for name, value in _outcome(attempts=delivery.attempts, at=at, error=error).items():
        setattr(delivery, name, value)
    delivery.save()
    return True


@entry
def revive(*, delivery_ids: list[int], at: dt.datetime) -> int:
    """Put dead letters back in line, with a fresh count of attempts; return how many."""
    return Delivery.objects.filter(id__in=delivery_ids, status=Delivery.Status.DEAD).update(
        status=Delivery.Status.RETRY, attempts=0, due_at=at, updated_at=at
    )
