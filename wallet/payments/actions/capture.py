import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from foundation import clock
from foundation.db import step
from foundation.money import Money
from foundation.outbox import actions as outbox
from wallet.ledger import actions as ledger
from wallet.ledger.rules import Journal, Leg
from wallet.payments import rules
from wallet.payments.actions.requests import check_payable
from wallet.payments.events import PaymentCaptured
from wallet.payments.rules import (
    FundingLeg,
    FundingLine,
    Person,
    Receipt,
    RequestDetail,
    payment_uid_of,
)

# See sql/capture.sql: request, payment, legs and history in one round trip.
CAPTURE = """
select payments_capture(%s, %s, %s, %s, %s::text[], %s::bigint[], %s::text[], %s::bigint[])
"""


@step
def capture(
    *, request: RequestDetail, payer: Person, legs: Sequence[FundingLeg], at: dt.datetime
) -> Receipt:
    """Pay a request that the caller has locked or opened in this transaction.

    The legs' sum is the request's amount; the member's own leg comes first. Moves the request
    to paid, writes payment, legs and history, publishes PaymentCaptured, and posts the journal
    last, so that the accounts' rows are locked as briefly as can be.

    Locks needed: the request's row. Takes: the ledger accounts, by id.

    :raises rules.RequestAlreadyPaid: and the other refusals of `lock_request`
    :raises InsufficientFunds: an account does not cover its leg
    :raises ValueError: the legs are not what the request asks for
    """
    check_payable(request=request, payer=payer, at=at)
    _check_legs(request=request, legs=legs)
    day = clock.day_of(at)
    parameters: list[Any] = [
        request.id,
        payment_uid_of(request.uid),
        payer.id,
        at,
        [rules.new_reference(day=day), rules.new_reference(day=day)],
        [leg.account_id for leg in legs],
        [leg.role for leg in legs],
        [leg.amount_minor for leg in legs],
    ]
    with connection.cursor() as cursor:
        cursor.execute(CAPTURE, parameters)
        reference = cursor.fetchone()[0]
    if reference is None:
        raise rules.RequestAlreadyPaid()
    receipt = _receipt(request=request, reference=reference, legs=legs, at=at)
    outbox.publish(event=_captured(request=request, receipt=receipt, payer=payer))
    ledger.post(journals=[_journal(request=request, receipt=receipt, legs=legs)])
    return receipt


def _check_legs(*, request: RequestDetail, legs: Sequence[FundingLeg]) -> None:
    if not legs or any(leg.amount_minor <= 0 for leg in legs):
        raise ValueError("every leg of a payment pays something")
    if sum(leg.amount_minor for leg in legs) != request.amount.amount_minor:
        raise ValueError("the legs do not add up to the request")


def _journal(*, request: RequestDetail, receipt: Receipt, legs: Sequence[FundingLeg]) -> Journal:
    return Journal(
        uid=receipt.payment_uid,
        kind="payment",
        reference=receipt.reference,
        legs=(
            *(Leg(account_id=leg.account_id, amount_minor=-leg.amount_minor) for leg in legs),
            Leg(account_id=request.payee.account_id, amount_minor=request.amount.amount_minor),
        ),
        at=receipt.captured_at,
    )


def _captured(*, request: RequestDetail, receipt: Receipt, payer: Person) -> PaymentCaptured:
    return PaymentCaptured(
        uid=receipt.payment_uid,
        reference=receipt.reference,
        request_uid=request.uid,
        scene=request.scene,
        payer_id=payer.id,
        store_uid=request.payee.store_uid,
        merchant_uid=request.payee.merchant_uid,
        payee_name=request.payee.name,
        amount_minor=request.amount.amount_minor,
        currency=request.amount.currency,
        captured_at=receipt.captured_at,
    )


def _receipt(
    *, request: RequestDetail, reference: str, legs: Sequence[FundingLeg], at: dt.datetime
) -> Receipt:
    currency = request.amount.currency
    nothing = Money.zero(currency)
    return Receipt(
        payment_uid=payment_uid_of(request.uid),
        reference=reference,
        request_uid=request.uid,
        scene=request.scene,
        store_uid=request.payee.store_uid,
        payee_name=request.payee.name,
        payee_number=request.payee.number,
        amount=request.amount,
        note=request.note,
        captured_at=at,
        status="captured",
        refunded=nothing,
        funding=tuple(
            FundingLine(leg.role, Money(leg.amount_minor, currency), nothing) for leg in legs
        ),
    )
