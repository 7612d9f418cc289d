import dataclasses
import datetime as dt
import uuid

from foundation.db import entry
from foundation.idempotency.actions import keyed_entry
from foundation.money import Money
from journeys.counter import rules
from merchants.stores import queries as stores
from merchants.stores import rules as store_rules
from merchants.stores.queries import StoreOf, Worker
from wallet.ledger import queries as ledger
from wallet.ledger.rules import MEMBER_CASH
from wallet.payments import actions as payments
from wallet.payments.rules import FundingLeg, Payer, RequestDetail
from wallet.risk import actions as risk
from wallet.risk.rules import ChallengeNeeded

# The customer stands at the counter with the phone in the hand.
CONFIRM_MINUTES = 3


@dataclasses.dataclass(frozen=True)
class Asked:
    """A request that was opened: what the screen shows next."""

    request_uid: uuid.UUID
    status: str
    expires_at: dt.datetime
    payment_uid: uuid.UUID | None = None
    reference: str = ""


@keyed_entry(operation="counter.collect", answer=Asked)
def collect(
    *, staff: Worker, store_uid: uuid.UUID, amount: Money, note: str = "", at: dt.datetime
) -> Asked:
    """Ask a customer for an amount; the screen shows the request's code for 15 minutes.

    :raises StoreUnknown: the person does not work at the store
    :raises RoleForbids: the role does not allow it
    :raises Refusal: what `payments.open_request` refuses
    """
    store = _counter(staff=staff, store_uid=store_uid)
    request = payments.open_request(
        scene="dynamic",
        payee=store.payee,
        amount=amount,
        note=note,
        at=at,
        created_by=staff,
    )
    return _asked(request)


@keyed_entry(operation="counter.charge_pay_code", answer=Asked)
def charge_pay_code(
    *,
    staff: Worker,
    store_uid: uuid.UUID,
    code: str,
    amount: Money,
    note: str = "",
    at: dt.datetime,
) -> Asked:
    """Charge the customer whose pay code was scanned; at most once for each code.

    Up to the customer's own limit for one tap the money moves at once (status `paid`). Above it
    nothing moves: the customer's code page asks for the PIN, for three minutes (`open`).

    :raises StoreUnknown: the person does not work at the store
    :raises PayCodeUnknown: PayCodeUsed: PayCodeExpired: the code charges nobody
    :raises rules.OwnersPayCode: the code is the shop owner's
    :raises rules.CustomerCannotPay: a limit, a balance or a stop, which the shop is not told
    """
    store = _counter(staff=staff, store_uid=store_uid)
    payer = payments.use_pay_code(code=code, store_uid=store.uid, at=at)
    if payer.id == store.owner_id:
        raise rules.OwnersPayCode("code")
    request = payments.open_request(
        scene="pay_code",
        payee=store.payee,
        amount=amount,
        note=note,
        at=at,
        created_by=staff,
        payer=payer,
        minutes=CONFIRM_MINUTES,
    )
    try:
        risk.assess(user_id=payer.id, amount=amount, at=at, challenged=False)
        legs = [_cash(payer=payer, amount=amount)]
        receipt = payments.capture(request=request, payer=payer, legs=legs, at=at)
    except ChallengeNeeded:
        return _asked(request)
    except rules.CUSTOMERS_MATTERS as refusal:
        # Balance, limits and a stop are between the customer and the wallet.
        raise rules.CustomerCannotPay() from refusal
    return dataclasses.replace(
        _asked(request),
        status="paid",
        payment_uid=receipt.payment_uid,
        reference=receipt.reference,
    )


@entry
def cancel(*, staff: Worker, store_uid: uuid.UUID, request_uid: uuid.UUID, at: dt.datetime) -> None:
    """Take back a request that nobody has paid yet.

    :raises StoreUnknown: the person does not work at the store
    :raises RequestUnknown: the store has no such request
    :raises RequestNotOpen: it is paid, cancelled or expired
    """
    store = _counter(staff=staff, store_uid=store_uid)
    payments.cancel_request(uid=request_uid, actor=staff, at=at, store_uid=store.uid)


def _counter(*, staff: Worker, store_uid: uuid.UUID) -> StoreOf:
    store = stores.get_store(uid=store_uid, user=staff)
    store_rules.check_role(store.role, store_rules.COLLECT)
    return store


def _cash(*, payer: Payer, amount: Money) -> FundingLeg:
    account = ledger.get_account(code=MEMBER_CASH, owner_uid=payer.uid, currency=amount.currency)
    return FundingLeg(account_id=account.id, amount_minor=amount.amount_minor)


def _asked(request: RequestDetail) -> Asked:
    return Asked(request_uid=request.uid, status=request.status, expires_at=request.expires_at)
