import datetime as dt
import uuid

from foundation import clock
from foundation.db import entry, step
from foundation.logs import get_logger
from foundation.money import Money
from foundation.outbox import actions as outbox
from wallet.funding import rules
from wallet.funding.actions.sandbox_bank import SandboxBank
from wallet.funding.adapters import BankRail, RailAnswer, RailUnavailable
from wallet.funding.events import TopUpConfirmed, TopUpFailed
from wallet.funding.models import TopUp, TopUpMove
from wallet.funding.queries import TopUpDetail, detail_of
from wallet.ledger import actions as ledger
from wallet.ledger.rules import MEMBER_CASH, RAIL_CLEARING, STRIPED, Journal, Leg

log = get_logger(__name__)

RAILS: dict[str, BankRail] = {"sandbox": SandboxBank()}
STANDARD_RAIL = "sandbox"
ASK_AT_ONCE = 50


@step
def open_top_up(
    *,
    user_id: int,
    user_uid: uuid.UUID,
    amount: Money,
    at: dt.datetime,
    rail: str = STANDARD_RAIL,
) -> TopUpDetail:
    """Write a top-up down; `submit` gives it to the bank after the commit.

    :raises rules.TopUpTooSmall: rules.TopUpTooLarge: rules.TopUpCurrency: the amount
    """
    rules.check_top_up(amount)
    account = ledger.open_account(code=MEMBER_CASH, owner_uid=user_uid, currency=amount.currency)
    row = TopUp.objects.create(
        uid=uuid.uuid4(),
        reference=rules.new_reference(day=clock.day_of(at)),
        user_id=user_id,
        account_id=account.id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        rail=rail,
        started_at=at,
        ask_at=rules.next_question(asked_count=0, at=at),
    )
    TopUpMove.objects.create(top_up=row, to_status="started", source="member", at=at)
    return detail_of(row)


def submit(*, uid: uuid.UUID, at: dt.datetime) -> None:
    """Give a top-up to its bank, outside of any transaction; again is the same order.

    When the bank cannot be reached, nothing is known and nothing is said: `ask_banks` goes on.
    """
    row = TopUp.objects.filter(uid=uid, status__in=["started", "unknown"]).first()
    if row is None or row.rail_reference:
        return
    try:
        reference = RAILS[row.rail].start(
            order_uid=row.uid, amount=Money(row.amount_minor, row.currency), at=at
        )
    except RailUnavailable:
        log.warning("funding.rail_unavailable", rail=row.rail)
        return
    _note_reference(uid=uid, reference=reference)


@entry
def _note_reference(*, uid: uuid.UUID, reference: str) -> None:
    TopUp.objects.filter(uid=uid, rail_reference="").update(rail_reference=reference)


@entry
def apply_answer(*, answer: RailAnswer, at: dt.datetime, source: str) -> str:
    """Let a bank's answer have its effect, once; return the top-up's status.

    'paid' moves the money from the rail's clearing account to the member and publishes
    TopUpConfirmed; 'failed' publishes TopUpFailed; the same answer again changes nothing.
    Locks the top-up's row, then the accounts by id.

    :raises rules.TopUpUnknown: no such order
    :raises rules.CallbackContradicts: another amount, or paid after failed, or the reverse
    """
    row = TopUp.objects.select_for_update().filter(uid=answer.order_uid).first()
    if row is None:
        raise rules.TopUpUnknown()
    wanted = {"paid": "confirmed", "failed": "failed"}.get(answer.status)
    if wanted is None or row.status == wanted:
        return row.status
    fits = answer.amount == Money(row.amount_minor, row.currency)
    if not fits or wanted not in rules.TOP_UP_MOVES[row.status]:
        log.error("funding.answer_contradicts", top_up=str(row.uid), status=row.status)
        raise rules.CallbackContradicts()
    _move(row=row, to_status=wanted, at=at, source=source, answer=answer)
    if wanted == "confirmed":
        _credit(row=row, at=at)
    else:
        outbox.publish(
            event=TopUpFailed(
                uid=row.uid,
                user_id=row.user_id,
                amount_minor=row.amount_minor,
                currency=row.currency,
                rail=row.rail,
                reason=answer.reason,
                failed_at=at,
            )
        )
    return wanted


def _credit(*, row: TopUp, at: dt.datetime) -> None:
    clearing = ledger.open_account(
        code=RAIL_CLEARING,
        owner_uid=rules.rail_uid_of(row.rail),
        currency=row.currency,
        mode=STRIPED,
        floor_minor=None,
    )
    outbox.publish(
        event=TopUpConfirmed(
            uid=row.uid,
            user_id=row.user_id,
            amount_minor=row.amount_minor,
            currency=row.currency,
            rail=row.rail,
            confirmed_at=at,
        )
    )
    journal = Journal(
        uid=rules.journal_uid_of(row.uid),
        kind="top_up",
        reference=row.reference,
        legs=(
            Leg(account_id=clearing.id, amount_minor=-row.amount_minor),
            Leg(account_id=row.account_id, amount_minor=row.amount_minor),
        ),
        at=at,
    )
    ledger.post(journals=[journal])


def ask_banks(*, at: dt.datetime) -> int:
    """Ask the banks about top-ups that had no answer in time; return how many were asked.

    Such a top-up is shown as unknown, never as failed, until the bank says what it is. One of
    which the bank has never heard after days is expired.
    """
    due = _lease(at=at)
    for row in due:
        submit(uid=row.uid, at=at)
        try:
            answer = RAILS[row.rail].query(order_uid=row.uid, at=at)
        except RailUnavailable:
            log.warning("funding.rail_unavailable", rail=row.rail)
            continue
        if answer is not None:
            _apply_asked(answer=answer, at=at)
        elif at - row.started_at > rules.GIVE_UP_AFTER:
            _expire(uid=row.uid, at=at)
    return len(due)


def _apply_asked(*, answer: RailAnswer, at: dt.datetime) -> None:
    try:
        apply_answer(answer=answer, at=at, source="answer")
    except rules.CallbackContradicts:
        # Logged as an error by the action; the other top-ups go on.
        return


@entry
def _lease(*, at: dt.datetime) -> list[TopUp]:
    due = list(
        TopUp.objects.filter(ask_at__lte=at, status__in=["started", "unknown"])
        .order_by("ask_at", "id")
        .select_for_update(skip_locked=True)[:ASK_AT_ONCE]
    )
    for row in due:
        row.asked_count += 1
        row.ask_at = rules.next_question(asked_count=row.asked_count, at=at)
        if row.status == "started":
            _move(row=row, to_status="unknown", at=at, source="sweep")
    TopUp.objects.bulk_update(due, ["asked_count", "ask_at"])
    return due


@entry
def _expire(*, uid: uuid.UUID, at: dt.datetime) -> None:
    row = TopUp.objects.select_for_update().filter(uid=uid, status="unknown").first()
    if row is not None:
        _move(row=row, to_status="expired", at=at, source="sweep")


def _move(
    *,
    row: TopUp,
    to_status: str,
    at: dt.datetime,
    source: str,
    answer: RailAnswer | None = None,
) -> None:
    """Move a locked top-up on, conditionally all the same, and write its history.

    :raises RuntimeError: the row was not locked by the caller and moved meanwhile
    """
    from_status = row.status
    if to_status not in rules.TOP_UP_MOVES[from_status]:
        raise RuntimeError(f"top-up {row.uid} cannot move from {from_status} to {to_status}")
    changes: dict[str, object] = {"status": to_status}
    if to_status in ("confirmed", "failed", "expired"):
        changes |= {"ended_at": at, "ask_at": None}
    if answer is not None:
        changes |= {"rail_reference": answer.reference, "failure": answer.reason}
    moved = TopUp.objects.filter(id=row.pk, status=from_status).update(**changes)
    if moved != 1:
        raise RuntimeError(f"top-up {row.uid} is no longer {from_status}")
    for name, value in changes.items():
        setattr(row, name, value)
    TopUpMove.objects.create(
        top_up=row, from_status=from_status, to_status=to_status, source=source, at=at
    )
