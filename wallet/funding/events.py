"""The facts that funding publishes."""

import dataclasses
import datetime as dt
import uuid
from typing import ClassVar

from foundation.outbox.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class TopUpConfirmed(Event):
    """The bank confirmed a top-up, and the member has the money. Minor units."""

    kind: ClassVar[str] = "funding.top_up_confirmed"

    uid: uuid.UUID
    user_id: int
    amount_minor: int
    currency: str
    rail: str
    confirmed_at: dt.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class TopUpFailed(Event):
    """The bank refused a top-up; no money moved. `reason` is the bank's code."""

    kind: ClassVar[str] = "funding.top_up_failed"

    uid: uuid.UUID
    user_id: int
    amount_minor: int
    currency: str
    rail: str
    reason: str
    failed_at: dt.datetime
