import datetime as dt
import uuid

from foundation.db import entry
from foundation.idempotency.actions import keyed_entry
from foundation.money import Money
from members.security import actions as security
from merchants.stores import queries as stores
from wallet.ledger import actions as ledger
from wallet.ledger import queries as accounts
from wallet.ledger.rules import MEMBER_CASH, AccountUnknown
from wallet.payments import actions as payments
from wallet.payments.rules import (
    FundingLeg,
    PayCodeIssued,
    Payer,
    Person,
    Receipt,
    RequestDetail,
    WrongCurrency,
)
from wallet.risk import actions as risk

HOME_CURRENCY = "CNY"


def pay(
    *,
    client: str,
    key: str,
    payer: Person,
    request_uid: uuid.UUID,
    at: dt.datetime,
    pin: str | None = None,
) -> Receipt:
    """Pay a request from the member's balance; the same key again gives the same receipt.

    Without a PIN an amount above the member's one-tap limit is answered by ChallengeNeeded,
    which keeps nothing: the same key goes on with the PIN. Limits are judged first, so that
    nobody types a PIN for a payment that is declined anyway.

    :raises wallet.payments.rules.RequestUnknown: and what else `lock_request` refuses
    :raises members.security.rules.WrongPin: PinLocked: PinMissing: the PIN
    :raises wallet.risk.rules.ChallengeNeeded: and what else `assess` refuses
    :raises wallet.payments.rules.WrongCurrency: the member has no balance in that currency
    :raises wallet.ledger.rules.InsufficientFunds: the balance does not cover it
    """
    return _pay(
        client=client,
        key=key,
        payer=Payer(id=payer.id, uid=payer.uid),
        request_uid=request_uid,
        pin=pin,
        at=at,
    )


@keyed_entry(operation="payments.pay", answer=Receipt, secret=("pin",))
def _pay(*, payer: Payer, request_uid: uuid.UUID, pin: str | None, at: dt.datetime) -> Receipt:
    request = payments.lock_request(uid=request_uid, payer=payer, at=at)
    if pin:
        # Before anything is written: a wrong PIN commits its count, and nothing else.
        security.check_pin(user_id=payer.id, pin=pin, at=at)
    leg = _member_leg(payer=payer, amount=request.amount)
    risk.assess(user_id=payer.id, amount=request.amount, at=at, challenged=bool(pin))
    return payments.capture(request=request, payer=payer, legs=[leg], at=at)


def _member_leg(*, payer: Payer, amount: Money) -> FundingLeg:
    try:
        account = accounts.get_account(
            code=MEMBER_CASH, owner_uid=payer.uid, currency=amount.currency
        )
    except AccountUnknown:
        if amount.currency != HOME_CURRENCY:
            raise WrongCurrency(wanted=amount.currency, given=HOME_CURRENCY) from None
        account = ledger.open_account(code=MEMBER_CASH, owner_uid=payer.uid, currency=HOME_CURRENCY)
    return FundingLeg(account_id=account.id, amount_minor=amount.amount_minor)


@entry
def start_static(
    *, payer: Person, store_number: str, amount: Money, at: dt.datetime, note: str = ""
) -> RequestDetail:
    """Open a request at a store whose standing code was scanned, for the amount entered.

    Only this member can pay it.

    :raises merchants.stores.rules.StoreUnknown: no store has this number
    :raises Refusal: what `open_request` refuses
    """
    payee = stores.payee(number=store_number)
    return payments.open_request(
        scene="static",
        payee=payee,
        amount=amount,
        note=note,
        at=at,
        created_by=payer,
        payer=payer,
    )


@entry
def show_pay_code(*, user: Person, at: dt.datetime) -> PayCodeIssued:
    """Draw the member's next pay code; the last one stays valid until its own time.

    :raises wallet.payments.rules.TooManyPayCodes: drawn too often
    """
    return payments.issue_pay_code(user=user, at=at)


@entry
def cancel(*, payer: Person, request_uid: uuid.UUID, at: dt.datetime) -> None:
    """Decline a request that waits for this member alone: a scanned pay code, a static code.

    :raises wallet.payments.rules.RequestUnknown: none that is bound to this member
    :raises wallet.payments.rules.RequestNotOpen: paid, cancelled or expired
    """
    payments.cancel_request(uid=request_uid, actor=payer, at=at)
