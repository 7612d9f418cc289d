import functools
import json
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from foundation.db import entry
from foundation.errors import Refusal
from foundation.idempotency import rules
from foundation.records import as_json, rebuild

R = TypeVar("R")

# One round trip: take the key's lock if it is free, add the row if the key is new, and show
# what stands there. The lock is the transaction's, so a crash frees it.
CLAIM = """
with gate as materialized (
    select pg_try_advisory_xact_lock(hashtextextended(%(client)s || ' ' || %(key)s, 7)) as free
), added as (
    insert into foundation_idempotencykey (client, key, operation, fingerprint, declined)
    select %(client)s, %(key)s, %(operation)s, %(fingerprint)s, false from gate where free
    on conflict (client, key) do nothing
    returning id
)
select gate.free, added.id, kept.fingerprint, kept.declined, kept.answer::text
from gate left join added on true
left join foundation_idempotencykey kept on kept.client = %(client)s and kept.key = %(key)s
"""
FORGET = "delete from foundation_idempotencykey where id = %s"
KEEP = "update foundation_idempotencykey set answer = %s, declined = %s where id = %s"


def keyed_entry(
    *, operation: str, answer: type[R], secret: tuple[str, ...] = ()
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make an entry whose answer is kept under (client, key), in the effect's transaction.

    The decorated action gains `client` (whose key it is) and `key`. Its other arguments are the
    payload, but for `at` and those named in `secret` (a PIN is no part of what is asked).
    `answer` is the frozen dataclass it returns. A refusal that sticks is kept too: its effects
    are rolled back first, then the decline is written under the key, unless a rival under the
    same key got through in between; then the rival's answer is the answer.

    :raises rules.KeyMissing: the key's shape is wrong
    :raises rules.KeyReused: the key stands for another payload
    :raises rules.StillRunning: the first call with the key has not ended
    """

    def decorate(action: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(action)
        def run(*, client: str, key: str, **arguments: Any) -> R:
            rules.check_key(key)
            payload = {k: v for k, v in arguments.items() if k != "at" and k not in secret}
            claim = {
                "client": client,
                "key": key,
                "operation": operation,
                "fingerprint": rules.fingerprint(operation, payload),
            }
            try:
                return _run(action=action, arguments=arguments, answer=answer, claim=claim)
            except Refusal as refusal:
                if not refusal.sticks or isinstance(refusal, rules.Replayed):
                    raise
                rival = _keep_decline(refusal=refusal, answer=answer, claim=claim)
                if rival is None:
                    raise
                return rival

        return run

    return decorate


def new_key() -> str:
    """Return a fresh key for a form that moves money."""
    return uuid.uuid4().hex


@entry
def _run(*, action: Callable[..., R], arguments: dict, answer: type[R], claim: dict) -> R:
    key_id, earlier = _claim(answer=answer, claim=claim)
    if earlier is not None:
        return earlier
    try:
        result = action(**arguments)
    except Refusal as refusal:
        if refusal.commits:  # what was counted stays, and the key is free for another try
            _forget(key_id=key_id)
        raise
    _keep(key_id=key_id, kept=as_json(result), declined=False)
    return result


@entry
def _keep_decline(*, refusal: Refusal, answer: type[R], claim: dict) -> R | None:
    key_id, rival = _claim(answer=answer, claim=claim)
    if rival is None:
        _keep(key_id=key_id, kept=rules.decline_as_json(refusal), declined=True)
    return rival


def _claim(*, answer: type[R], claim: dict) -> tuple[int, R | None]:
    free, key_id, mark, declined, kept = _look(claim)
    if free and key_id is None and mark is None:
        # The first call committed between our snapshot and its lock: look again.
        free, key_id, mark, declined, kept = _look(claim)
    if not free:
        raise rules.StillRunning()
    if key_id is not None:
        return key_id, None
    if bytes(mark) != claim["fingerprint"]:
        raise rules.KeyReused()
    if declined:
        raise rules.decline_from_json(json.loads(kept))
    return 0, rebuild(answer, json.loads(kept))


def _look(claim: dict) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, claim)
        return cursor.fetchone()


def _keep(*, key_id: int, kept: Any, declined: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [json.dumps(kept), declined, key_id])


def _forget(*, key_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [key_id])
