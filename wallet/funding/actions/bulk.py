"""Confirmed top-ups of the past, many at once: for a demo town or a move from another system."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.db import step
from foundation.outbox import actions as outbox
from wallet.funding import rules
from wallet.funding.events import TopUpConfirmed
from wallet.funding.models import SandboxOrder, TopUp, TopUpMove
from wallet.ledger import actions as ledger
from wallet.ledger.rules import RAIL_CLEARING, STRIPED, Journal, Leg

RAIL = "sandbox"
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class PastTopUp:
    """One top-up that the sandbox bank confirmed."""

    uid: uuid.UUID
    reference: str
    user_id: int
    account_id: int
    amount_minor: int
    started_at: dt.datetime
    confirmed_at: dt.datetime


@step
def import_confirmed(*, top_ups: Sequence[PastTopUp]) -> list[Journal]:
    """Write confirmed top-ups with their moves and the bank's orders; return their journals.

    What is left behind is what `open_top_up`, `submit` and `apply_answer` leave one by one.
    Publishes TopUpConfirmed for each, without waking the relay. The caller posts the journals,
    in order of time, in the same transaction.

    :raises ValueError: a top-up of nothing
    """
    if any(past.amount_minor <= 0 for past in top_ups):
        raise ValueError("such a top-up cannot have been made")
    clearing = ledger.open_account(
        code=RAIL_CLEARING,
        owner_uid=rules.rail_uid_of(RAIL),
        currency=rules.CURRENCY,
        mode=STRIPED,
        floor_minor=None,
    )
    rows = TopUp.objects.bulk_create([_row(past) for past in top_ups], batch_size=ROWS_AT_ONCE)
    TopUpMove.objects.bulk_create(
        [move for row in rows for move in _moves(row)], batch_size=ROWS_AT_ONCE
    )
    SandboxOrder.objects.bulk_create([_order(row) for row in rows], batch_size=ROWS_AT_ONCE)
    outbox.publish_many(events=[_confirmed(row) for row in rows], hint=False)
    return [
        Journal(
            uid=rules.journal_uid_of(row.uid),
            kind="top_up",
            reference=row.reference,
            legs=(
                Leg(account_id=clearing.id, amount_minor=-row.amount_minor),
                Leg(account_id=row.account_id, amount_minor=row.amount_minor),
            ),
            at=row.ended_at,
        )
        for row in rows
    ]


def _row(past: PastTopUp) -> TopUp:
    return TopUp(
        uid=past.uid,
        reference=past.reference,
        user_id=past.user_id,
        account_id=past.account_id,
        amount_minor=past.amount_minor,
        currency=rules.CURRENCY,
        status="confirmed",
        rail=RAIL,
        rail_reference=f"SB{past.uid.hex[:20].upper()}",
        started_at=past.started_at,
        ended_at=past.confirmed_at,
    )


def _moves(row: TopUp) -> tuple[TopUpMove, TopUpMove]:
    assert row.ended_at is not None
    return (
        TopUpMove(top_up=row, to_status="started", source="member", at=row.started_at),
        TopUpMove(
            top_up=row,
            from_status="started",
            to_status="confirmed",
            source="callback",
            at=row.ended_at,
        ),
    )


def _order(row: TopUp) -> SandboxOrder:
    assert row.ended_at is not None
    return SandboxOrder(
        reference=row.rail_reference,
        order_uid=row.uid,
        amount_minor=row.amount_minor,
        currency=row.currency,
        decided_at=row.ended_at,
        calls_left=0,
        tries=1,
    )


def _confirmed(row: TopUp) -> TopUpConfirmed:
    assert row.ended_at is not None
    return TopUpConfirmed(
        uid=row.uid,
        user_id=row.user_id,
        amount_minor=row.amount_minor,
        currency=row.currency,
        rail=row.rail,
        confirmed_at=row.ended_at,
    )
