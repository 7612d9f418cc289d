"""The sandbox bank: a small world of its own behind the port.

It keeps its orders in its own table, decides after a moment, and calls back over real HTTP,
signed, again and again until it is heard. Amounts that end in .13 it refuses; .17 it decides
late; .19 it tells twice; .23 it never tells, so that only a question brings the answer.
"""

import datetime as dt
import uuid

from foundation.db import entry
from foundation.logs import get_logger
from foundation.money import Money
from wallet.funding import adapters, rules
from wallet.funding.adapters import RailAnswer
from wallet.funding.models import SandboxOrder

log = get_logger(__name__)

LEASE_SECONDS = 15
CALLS_AT_ONCE = 20


class SandboxBank:
    """The sandbox behind the port `adapters.BankRail`."""

    name = "sandbox"

    def start(self, *, order_uid: uuid.UUID, amount: Money, at: dt.datetime) -> str:
        return _take_order(order_uid=order_uid, amount=amount, at=at)

    def query(self, *, order_uid: uuid.UUID, at: dt.datetime) -> RailAnswer | None:
        order = SandboxOrder.objects.filter(order_uid=order_uid).first()
        return _answer(order, at) if order else None


@entry
def _take_order(*, order_uid: uuid.UUID, amount: Money, at: dt.datetime) -> str:
    decided_at = at + rules.sandbox_delay(amount_minor=amount.amount_minor, order_uid=order_uid)
    calls = rules.sandbox_calls(amount.amount_minor)
    order, _new = SandboxOrder.objects.get_or_create(
        order_uid=order_uid,
        defaults={
            "reference": f"SB{order_uid.hex[:20].upper()}",
            "amount_minor": amount.amount_minor,
            "currency": amount.currency,
            "decided_at": decided_at,
            "calls_left": calls,
            "call_at": decided_at if calls else None,
        },
    )
    return order.reference


def run_sandbox_bank(*, at: dt.datetime) -> int:
    """Make the bank's calls that are due; return how many were made.

    An order is leased before the call and never locked during it: a bank that dies in the
    middle calls again.
    """
    taken = _lease(at=at)
    for order in taken:
        heard = adapters.send_callback(answer=_answer(order, at), at=at)
        _note_call(order_id=order.pk, tries=order.tries, heard=heard, at=at)
        if not heard:
            log.warning("funding.sandbox_call_failed", tries=order.tries)
    return len(taken)


@entry
def _lease(*, at: dt.datetime) -> list[SandboxOrder]:
    due = list(
        SandboxOrder.objects.filter(call_at__lte=at)
        .order_by("call_at", "id")
        .select_for_update(skip_locked=True)[:CALLS_AT_ONCE]
    )
    for order in due:
        order.tries += 1
        order.call_at = at + dt.timedelta(seconds=LEASE_SECONDS)
    SandboxOrder.objects.bulk_update(due, ["tries", "call_at"])
    return due


@entry
def _note_call(*, order_id: int, tries: int, heard: bool, at: dt.datetime) -> None:
    order = SandboxOrder.objects.select_for_update().get(id=order_id)
    if heard:
        order.calls_left -= 1
        again_at = at + dt.timedelta(seconds=1) if order.calls_left else None
    else:
        again_at = at + dt.timedelta(seconds=2**tries) if tries < rules.CALLBACK_TRIES else None
    order.call_at = again_at
    order.save(update_fields=["calls_left", "call_at"])


def _answer(order: SandboxOrder, at: dt.datetime) -> RailAnswer:
    fails = rules.sandbox_fails(order.amount_minor)
    status = "accepted" if at < order.decided_at else "failed" if fails else "paid"
    return RailAnswer(
        order_uid=order.order_uid,
        reference=order.reference,
        status=status,
        amount=Money(order.amount_minor, order.currency),
        reason="card_declined" if status == "failed" else "",
    )
