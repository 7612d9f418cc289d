"""The plain facts that payments takes and gives: who is paid, who pays, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from foundation.money import Money

Scene: TypeAlias = Literal["dynamic", "static", "pay_code"]
DYNAMIC: Final[Scene] = "dynamic"
STATIC: Final[Scene] = "static"
PAY_CODE: Final[Scene] = "pay_code"

Role: TypeAlias = Literal["member", "sponsor", "points"]
MEMBER: Final[Role] = "member"

PAY_CODE_VALID_SECONDS: Final = 120
"""How long a code can be used: two of the minutes in which the page draws the next one."""
PAY_CODES_AT_MOST: Final = 20
"""How many codes one member may draw within ``PAY_CODES_WINDOW_SECONDS``."""
PAY_CODES_WINDOW_SECONDS: Final = 300
PAY_CODES_KEPT_DAYS: Final = 7
"""How long used and expired codes are kept, so that a late scan gets the right sentence."""

MAXIMUM_REQUEST_MINOR: Final = 10**10
"""The most that one request may ask for, in minor units (¥100 million)."""
NOTE_CHARACTERS: Final = 80
REASON_CHARACTERS: Final = 120

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "https://tongbao.example/payments")


class Person(Protocol):
    """Whoever has an id and a public id: a user row, or a `Payer`."""

    @property
    def id(self) -> int: ...
    @property
    def uid(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, as plain as a payload needs it."""

    id: int
    uid: UUID


@dataclass(frozen=True, slots=True)
class Payee:
    """A store that can be paid: its ledger account, its names, and who owns it.

    Built by the floor that knows stores. The owners cannot pay their own shop.
    """

    account_id: int
    store_uid: UUID
    merchant_uid: UUID
    name: str
    number: str
    owner_user_ids: tuple[int, ...] = ()
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class FundingLeg:
    """An account that pays part of a payment, in minor units of the request's currency."""

    account_id: int
    amount_minor: int
    role: Role = MEMBER


@dataclass(frozen=True, slots=True)
class FundingLine:
    """One line of a receipt: who paid how much, and how much of it was given back."""

    role: str
    amount: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A payment request. ``payment_uid`` stands when it is paid."""

    id: int
    uid: UUID
    scene: str
    payee: Payee
    amount: Money
    note: str
    status: str
    payer_id: int | None
    created_by_id: int | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    payment_uid: UUID | None = None

    def status_at(self, at: datetime) -> str:
        """Give the status; an open request past its time counts as expired at once."""
        return "expired" if self.status == "open" and at >= self.expires_at else self.status


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a payment came to. Shows refunds made since when it is read again."""

    payment_uid: UUID
    reference: str
    request_uid: UUID
    scene: str
    store_uid: UUID
    payee_name: str
    payee_number: str
    amount: Money
    note: str
    captured_at: datetime
    status: str
    refunded: Money
    funding: tuple[FundingLine, ...] = ()

    @property
    def refundable(self) -> Money:
        """Give what can still be refunded."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """What a refund came to, and what is left of its payment."""

    refund_uid: UUID
    payment_uid: UUID
    reference: str
    payee_name: str
    amount: Money
    refunded_total: Money
    remaining: Money
    status: str
    reason: str
    refunded_at: datetime
    to_member: Money


@dataclass(frozen=True, slots=True)
class PayCodeIssued:
    """A fresh pay code. Only its hash is kept: nobody can show it again."""

    code: str
    issued_at: datetime
    expires_at: datetime
    refresh_seconds: int


def payment_uid_of(request_uid: UUID) -> UUID:
    """Give the uid of the payment, and of its journal, that a request can become: only one."""
    return uuid5(_NAMESPACE, f"payment:{request_uid}")


def refund_uid_of(payment_uid: UUID, refunded_total_minor: int) -> UUID:
    """Give the uid of the refund, and of its journal, that brought the total to this amount."""
    return uuid5(_NAMESPACE, f"refund:{payment_uid}:{refunded_total_minor}")
