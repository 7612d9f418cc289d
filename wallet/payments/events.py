"""The facts that payments publishes."""

import dataclasses
import datetime as dt
import uuid
from typing import ClassVar

from foundation.outbox.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event):
    """A member paid a store. `uid` is the payment's; amounts in minor units."""

    kind: ClassVar[str] = "payments.captured"

    uid: uuid.UUID
    reference: str
    request_uid: uuid.UUID
    scene: str
    payer_id: int
    store_uid: uuid.UUID
    merchant_uid: uuid.UUID
    payee_name: str
    amount_minor: int
    currency: str
    captured_at: dt.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    """A store gave back part or all of a payment. `uid` is the refund's.

    `refunded_total_minor` is the sum of all refunds of the payment, this one included.
    """

    kind: ClassVar[str] = "payments.refunded"

    uid: uuid.UUID
    payment_uid: uuid.UUID
    payer_id: int
    store_uid: uuid.UUID
    merchant_uid: uuid.UUID
    payee_name: str
    amount_minor: int
    currency: str
    refunded_total_minor: int
    payment_captured_at: dt.datetime
    refunded_at: dt.datetime
