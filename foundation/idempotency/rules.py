"""The shape of a key, the fingerprint of a payload, and what is refused."""

import datetime as dt
import hashlib
import json
import re
from typing import Any

from foundation.errors import N_ as _
from foundation.errors import Refusal
from foundation.money import Money
from foundation.records import as_json

KEY_SHAPE = re.compile(r"[\x21-\x7e]{8,100}")


class KeyMissing(Refusal):
    code = "idempotency_key_missing"
    status = 400
    sentence = _(
        "Send an Idempotency-Key of 8 to 100 printable characters, new for each change of money."
    )


class KeyReused(Refusal):
    code = "idempotency_key_reused"
    status = 422
    sentence = _("This Idempotency-Key was used for something else. Send a new one.")


class StillRunning(Refusal):
    code = "idempotency_still_running"
    status = 409
    sentence = _("The first request with this key is still running. Ask again in a second.")


class Replayed(Refusal):
    """A decline that was kept under its key, said again in its own words."""


def check_key(key: str) -> str:
    """Return the key if it has the right shape.

    :raises KeyMissing: empty, too short, too long, or with characters that are not printable
    """
    if not KEY_SHAPE.fullmatch(key or ""):
        raise KeyMissing()
    return key


def fingerprint(operation: str, payload: dict[str, Any]) -> bytes:
    """Return the SHA-256 of the operation and its payload in canonical JSON."""
    text = json.dumps([operation, as_json(payload)], sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def decline_as_json(refusal: Refusal) -> dict[str, Any]:
    """Return what is needed to say a decline again in any language."""
    return {
        "code": refusal.code,
        "status": refusal.status,
        "sentence": refusal.sentence,
        "field": refusal.field,
        "fields": {name: _tagged(value) for name, value in refusal.fields.items()},
    }


def decline_from_json(kept: dict[str, Any]) -> Refusal:
    """Return the decline that `decline_as_json` was given, marked as a replay."""
    attributes = {name: kept[name] for name in ("code", "status", "sentence")}
    kind = type("Replayed", (Replayed,), attributes)
    return kind(kept["field"], **{name: _untagged(v) for name, v in kept["fields"].items()})


def _tagged(value: Any) -> Any:
    if isinstance(value, Money):
        return {"money": [value.amount_minor, value.currency]}
    if isinstance(value, dt.datetime):
        return {"at": value.isoformat()}
    return value if isinstance(value, int | str) else str(value)


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        if "money" in value:
            return Money(*value["money"])
        return dt.datetime.fromisoformat(value["at"])
    return value
