import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from foundation.money import Money
from wallet.payments import rules
from wallet.payments.models import PaymentRequest
from wallet.payments.rules import Payee, Person, RequestDetail

REQUEST_COLUMNS = (
    "id", "uid", "scene", "payee_account_id", "payee_uid", "payee_merchant_uid", "payee_name",
    "payee_number", "payee_owner_ids", "amount_minor", "currency", "note", "status", "payer_id",
    "created_by_id", "created_at", "expires_at", "ended_at",
)  # fmt: skip


def request_detail(row: Sequence[Any], payment_uid: uuid.UUID | None = None) -> RequestDetail:
    """Build a request from a row of REQUEST_COLUMNS."""
    seen = dict(zip(REQUEST_COLUMNS, row, strict=False))
    return RequestDetail(
        id=seen["id"],
        uid=seen["uid"],
        scene=seen["scene"],
        payee=Payee(
            account_id=seen["payee_account_id"],
            store_uid=seen["payee_uid"],
            merchant_uid=seen["payee_merchant_uid"],
            name=seen["payee_name"],
            number=seen["payee_number"],
            owner_user_ids=tuple(seen["payee_owner_ids"]),
            currency=seen["currency"],
        ),
        amount=Money(seen["amount_minor"], seen["currency"]),
        note=seen["note"],
        status=seen["status"],
        payer_id=seen["payer_id"],
        created_by_id=seen["created_by_id"],
        created_at=seen["created_at"],
        expires_at=seen["expires_at"],
        ended_at=seen["ended_at"],
        payment_uid=payment_uid,
    )


def find_request(*, uid: uuid.UUID) -> RequestDetail | None:
    """Return a request for whoever may see it by other means (a store's own page), or None."""
    row = (
        PaymentRequest.objects.filter(uid=uid).values_list(*REQUEST_COLUMNS, "payment__uid").first()
    )
    return request_detail(row[:-1], row[-1]) if row else None


def get_request(*, uid: uuid.UUID, user: Person) -> RequestDetail:
    """Return a request to a member who may pay it, or who paid or opened it.

    :raises rules.RequestUnknown: it does not exist, or is bound to somebody else
    """
    request = find_request(uid=uid)
    if request is None or (
        request.payer_id is not None and user.id not in (request.payer_id, request.created_by_id)
    ):
        raise rules.RequestUnknown()
    return request


@dataclasses.dataclass(frozen=True)
class RequestStatus:
    """What a live page shows: open, paid, cancelled or expired, and the payment if there is one.

    `final` says that nothing will change any more.
    """

    uid: uuid.UUID
    status: str
    scene: str
    store_uid: uuid.UUID
    amount: Money
    payment_uid: uuid.UUID | None
    expires_at: dt.datetime

    @property
    def final(self) -> bool:
        return self.status != "open"


def request_status(*, uid: uuid.UUID, at: dt.datetime) -> RequestStatus:
    """Return a request's live status in one query; past its time it is expired at once.

    :raises rules.RequestUnknown: it does not exist
    """
    request = find_request(uid=uid)
    if request is None:
        raise rules.RequestUnknown()
    return RequestStatus(
        uid=request.uid,
        status=request.status_at(at),
        scene=request.scene,
        store_uid=request.payee.store_uid,
        amount=request.amount,
        payment_uid=request.payment_uid,
        expires_at=request.expires_at,
    )


def find_waiting(*, user: Person, at: dt.datetime) -> RequestDetail | None:
    """Return the newest open request that waits for this member to confirm, or None.

    A pay code was scanned for more than the one-tap limit: the page with the code asks here.
    """
    row = (
        PaymentRequest.objects.filter(
            payer_id=user.id, status="open", scene="pay_code", expires_at__gt=at
        )
        .order_by("-id")
        .values_list(*REQUEST_COLUMNS)
        .first()
    )
    return request_detail(row) if row else None
