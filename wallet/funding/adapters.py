"""The port to a bank that puts money in, and how the sandbox bank signs its calls.

A rail takes an order under our uid (so that starting it again is the same order), answers
questions about it, and calls back. The real rails come behind the same port.
"""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

import requests
from django.conf import settings

from foundation.errors import Refusal
from foundation.money import Money
from wallet.funding import rules

TIMESTAMP_HEADER = "X-Bank-Timestamp"
SIGNATURE_HEADER = "X-Bank-Signature"
CALLBACK_PATH = "/rails/sandbox/callback/"
CALLBACK_TIMEOUT_SECONDS = 5
CALLBACK_BODY_BYTES = 4096


class RailUnavailable(Exception):
    """The bank could not be reached or gave no answer: nothing is known."""


@dataclasses.dataclass(frozen=True)
class RailAnswer:
    """What a bank says of an order: 'accepted' (not decided), 'paid' or 'failed'."""

    order_uid: uuid.UUID
    reference: str
    status: str
    amount: Money
    reason: str = ""


class BankRail(Protocol):
    """A bank.

    `start` takes an order and returns the bank's reference; the same uid is the same order.
    `query` returns the bank's answer, or None when it has no such order.
    Both raise RailUnavailable when nothing is known.
    """

    name: str

    def start(self, *, order_uid: uuid.UUID, amount: Money, at: dt.datetime) -> str: ...

    def query(self, *, order_uid: uuid.UUID, at: dt.datetime) -> RailAnswer | None: ...


def sign(*, body: bytes, timestamp: str) -> str:
    """Return the HMAC-SHA256 over `timestamp.body`, in lower-case hex."""
    secret = settings.SANDBOX_BANK_SECRET.encode()
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def write_callback(answer: RailAnswer) -> bytes:
    """Return the body of the sandbox bank's call."""
    return json.dumps(
        {
            "order": str(answer.order_uid),
            "reference": answer.reference,
            "status": answer.status,
            "amount_minor": answer.amount.amount_minor,
            "currency": answer.amount.currency,
            "reason": answer.reason,
        }
    ).encode()


def read_callback(*, headers: Mapping[str, str], body: bytes, at: dt.datetime) -> RailAnswer:
    """Return what the bank says, if the bank says it, and now.

    A copy of a call that is sent again passes here within the tolerance and changes nothing
    later: an answer has its effect once.

    :raises rules.CallbackRefused: unsigned, wrongly signed, too old, or not readable
    """
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    given = headers.get(SIGNATURE_HEADER, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise rules.CallbackRefused()
    if len(body) > CALLBACK_BODY_BYTES or not given.isascii():
        raise rules.CallbackRefused()
    if not hmac.compare_digest(sign(body=body, timestamp=timestamp), given):
        raise rules.CallbackRefused()
    if abs(at.timestamp() - int(timestamp)) > rules.CALLBACK_TOLERANCE_SECONDS:
        raise rules.CallbackRefused()
    try:
        said: dict[str, Any] = json.loads(body)
        answer = RailAnswer(
            order_uid=uuid.UUID(said["order"]),
            reference=str(said["reference"])[:40],
            status=said["status"],
            amount=Money(said["amount_minor"], said["currency"]),
            reason=str(said.get("reason", ""))[:40],
        )
    except (ValueError, KeyError, TypeError, AttributeError, Refusal) as error:
        raise rules.CallbackRefused() from error
    if answer.status not in ("paid", "failed"):
        raise rules.CallbackRefused()
    return answer


def send_callback(*, answer: RailAnswer, at: dt.datetime) -> bool:
    """Call our own site as the bank would, over HTTP; return whether it took the call."""
    body = write_callback(answer)
    timestamp = str(int(at.timestamp()))
    try:
        response = requests.post(
            settings.SITE_URL + CALLBACK_PATH,
            data=body,
            headers={
                "Content-Type": "application/json",
                TIMESTAMP_HEADER: timestamp,
                SIGNATURE_HEADER: sign(body=body, timestamp=timestamp),
            },
            timeout=CALLBACK_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException:
        return False
    return response.ok
