"""The only writes of the ledger: each is one call of a function in ``sql/``, one round trip."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, connection

from foundation.db import entry, sqlstate, step
from foundation.money import exponent
from wallet.ledger import rules
from wallet.ledger.rules import Account, Journal, Leg

OPEN = """
select id, code, owner_uid, currency, mode, floor_minor, ceiling_minor, closed_at
  from ledger_open(%s, %s::uuid, %s, %s, %s::bigint, %s::bigint, %s)
"""
POST_PAIR = "select ledger_post(%s, %s, %s, %s::timestamptz, %s, %s, %s)"
POST = """
select ledger_post(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[],
                   %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::uuid[])
"""


@step
def open_account(
    *,
    code: str,
    owner_uid: uuid.UUID | None,
    currency: str,
    mode: str = rules.INLINE,
    floor_minor: int | None = 0,
    ceiling_minor: int | None = None,
    stripes: int = rules.STRIPES,
) -> Account:
    """Return the one account of (code, owner, currency); open it when there is none.

    Two that open at once get the same account. One that exists keeps its mode and limits.
    ``floor_minor`` None means that it may go below zero without end.

    :raises foundation.money.CurrencyUnknown: no such currency or commodity
    :raises AccountUnfit: a ceiling on an account that is not inline, an unknown mode
    """
    exponent(currency)
    if mode not in rules.MODES:
        raise rules.AccountUnfit()
    if not 0 < stripes <= 256:
        raise ValueError("an account has 1 to 256 stripes")
    row = _call(OPEN, [code, owner_uid, currency, mode, floor_minor, ceiling_minor, stripes])
    return Account(*row)


@step
def post(*, journals: Sequence[Journal]) -> list[int]:
    """Post the journals in order, all or nothing, in one round trip; return their ids.

    Locks the accounts in the order of their ids. Each debit is gated on
    posted − held ≥ floor with the running balance. A refusal leaves the transaction aborted:
    a caller that goes on after it needs a savepoint around the call.

    :raises InsufficientFunds: a debit is not covered
    :raises AboveCeiling: a credit is more than the account may hold
    :raises AccountUnknown: no such account
    :raises AccountClosed: an account takes no more entries
    :raises JournalExists: a journal's uid was posted before
    :raises JournalUnbalanced: the legs of a journal do not sum to zero
    :raises CurrencyMismatch: they do so only across currencies
    :raises HoldUnknown: a leg captures a hold that does not exist
    :raises HoldExceeded: a leg captures more than is left of its hold
    :raises HoldExpired: the hold's time is over
    :raises HoldMismatch: the hold is not for a debit of this account
    :raises JournalMalformed: fewer than two legs, or a leg of zero
    """
    journals = list(journals)
    rules.check_journals(journals)
    if len(journals) == 1 and (pair := rules.pair_of(journals[0])):
        journal = journals[0]
        values = [journal.uid, journal.kind, journal.reference, journal.at, *pair]
        return list(_call(POST_PAIR, values))
    return _post_many(journals)


def _post_many(journals: list[Journal]) -> list[int]:
    legs = [
        (number, place, leg)
        for number, journal in enumerate(journals, start=1)
        for place, leg in enumerate(journal.legs, start=1)
    ]
    holds = [leg.hold_uid for _, _, leg in legs]
    row = _call(
        POST,
        [
            _array(journal.uid for journal in journals),
            _array(_quoted(journal.kind) for journal in journals),
            _array(_quoted(journal.reference) for journal in journals),
            _array(journal.at and journal.at.isoformat() for journal in journals),
            _array(number for number, _, _ in legs),
            _array(place for _, place, _ in legs),
            _array(leg.account_id for _, _, leg in legs),
            _array(leg.amount_minor for _, _, leg in legs),
            _array(holds) if any(holds) else None,
        ],
    )
    ids: list[int] = row[0]
    return ids


def _array(values: Iterable[object]) -> str:
    """Return PostgreSQL's text of an array: half the time of the driver's own, for a batch."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@step
def place_hold(
    *,
    account_id: int,
    amount_minor: int,
    reference: str,
    expires_at: dt.datetime | None,
    at: dt.datetime | None = None,
    uid: uuid.UUID | None = None,
) -> uuid.UUID:
    """Set money of an account aside, so that nothing else can use it; return the hold's uid.

    Locks the account.

    :raises InsufficientFunds: not that much is available
    :raises AccountUnknown: no such account
    :raises AccountClosed: the account takes no more holds
    """
    if not 0 < amount_minor <= rules.AMOUNT_MAXIMUM_MINOR:
        raise rules.AmountOutOfRange()
    uid = uid or uuid.uuid4()
    _call(
        "select ledger_hold_place(%s, %s, %s, %s, %s, %s)",
        [uid, account_id, amount_minor, reference, at, expires_at],
    )
    return uid


@step
def capture_hold(
    *,
    hold_uid: uuid.UUID,
    account_id: int,
    to_account_id: int,
    amount_minor: int,
    uid: uuid.UUID,
    kind: str,
    reference: str,
    at: dt.datetime | None = None,
) -> int:
    """Turn a hold, or a part of it, into a payment; return the journal's id.

    May be called again while something is left. A journal with more legs names the hold in its
    debit leg and goes through `post`.

    :raises HoldExceeded: less than this is left
    :raises HoldExpired: the hold's time is over
    :raises HoldUnknown: no such hold
    :raises HoldMismatch: the hold is on another account
    """
    legs = (Leg(account_id, -amount_minor, hold_uid), Leg(to_account_id, amount_minor))
    return post(journals=[Journal(uid=uid, kind=kind, reference=reference, legs=legs, at=at)])[0]


@step
def release_hold(
    *, hold_uid: uuid.UUID, amount_minor: int | None = None, at: dt.datetime | None = None
) -> int:
    """Give back a part of a hold, or what is left of it; return how much.

    :raises HoldExceeded: less than this is left, or nothing
    :raises HoldUnknown: no such hold
    """
    released: int = _call(
        "select ledger_hold_release(%s, %s, 'released', %s)", [hold_uid, amount_minor, at]
    )[0]
    if not released:
        raise rules.HoldExceeded(hold_uid=str(hold_uid))
    return released


@entry
def expire_holds(*, at: dt.datetime, limit: int = 500) -> int:
    """Give back what is left of holds whose time is over; return how many there were."""
    count: int = _call("select ledger_hold_expire(%s, %s)", [at, limit])[0]
    return count


@entry
def fold(*, limit: int = 5_000, lag_seconds: float = 1.0) -> int:
    """Give entries that wait on fold accounts their version and balance; return how many.

    The watermark lies `lag_seconds` behind the clock, so that a posting that commits a moment
    late still finds its place in time. Nothing is missed: what waits is marked in its own row.
    """
    count: int = _call(
        "select ledger_fold(clock_timestamp() - make_interval(secs => %s), %s)",
        [lag_seconds, limit],
    )[0]
    return count


@step
def set_limits(
    *, account_id: int, floor_minor: int | None, ceiling_minor: int | None = None
) -> None:
    """Change an account's floor and ceiling. What lies above a new ceiling stays there.

    :raises AccountUnfit: the floor is above what is available, the account is striped, or a
        ceiling is asked of an account that is not inline
    :raises AccountUnknown: no such account
    """
    _call("select ledger_set_limits(%s, %s, %s)", [account_id, floor_minor, ceiling_minor])


@step
def close_account(*, account_id: int, at: dt.datetime) -> None:
    """Close an empty inline account for good.

    :raises AccountNotEmpty: there is money in it, or a hold on it
    :raises AccountUnfit: fold and striped accounts stay open
    :raises AccountUnknown: no such account
    """
    _call("select ledger_close(%s, %s)", [account_id, at])


def _call(statement: str, parameters: list[Any]) -> tuple[Any, ...]:
    with _refusals(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn the database's stable SQLSTATE into the refusal that stands for it."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is not None and diagnosis.constraint_name == "ledger_journal_uid_key":
            raise rules.JournalExists() from error
        raise
    except DatabaseError as error:
        refusal = rules.REFUSALS.get(sqlstate(error))
        if refusal is None:
            raise
        raise refusal() from error
