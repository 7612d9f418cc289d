import dataclasses
import datetime as dt
import uuid
from urllib.parse import urlsplit

from django.conf import settings

from foundation.errors import Refusal
from foundation.money import Money
from journeys.checkout.rules import BalanceTooLow
from members.security import queries as security
from members.security.rules import PinNotSet
from merchants.stores import queries as stores
from wallet.ledger import queries as accounts
from wallet.ledger.rules import MEMBER_CASH
from wallet.payments.rules import (
    OwnShop,
    Payee,
    Person,
    RequestAlreadyPaid,
    RequestCancelled,
    RequestDetail,
    RequestExpired,
    ScanIsPayCode,
    ScannedRequest,
    ScannedStore,
    WrongCurrency,
    read_scan,
)
from wallet.risk import queries as risk
from wallet.risk.rules import Limits, decide

HOME_CURRENCY = "CNY"


@dataclasses.dataclass(frozen=True)
class Scanned:
    """Where a scan leads: to a request, or to a store whose amount the member enters.

    `amount` stands when a store's code fixes it.
    """

    request_uid: uuid.UUID | None = None
    payee: Payee | None = None
    amount: Money | None = None


def read_code(*, text: str) -> Scanned:
    """Tell what a member scanned or typed, and find the store when it names one.

    :raises Refusal: everything that is not a code of ours, each with its own sentence
    """
    scan = read_scan(text, site_hosts=_hosts())
    if isinstance(scan, ScannedRequest):
        return Scanned(request_uid=scan.request_uid)
    if not isinstance(scan, ScannedStore):
        raise ScanIsPayCode("code")
    payee = stores.payee(number=scan.store_number)
    if scan.amount is not None and scan.amount.currency != payee.currency:
        raise WrongCurrency("code", wanted=payee.currency, given=scan.amount.currency)
    return Scanned(payee=payee, amount=scan.amount)


def _hosts() -> list[str]:
    named = [host for host in settings.ALLOWED_HOSTS if "*" not in host]
    return [urlsplit(settings.SITE_URL).netloc, *named]


# --- what stands in the way of a payment ----------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Judgement:
    """Whether a member can pay a request now: what a check page says before anybody confirms.

    `refusal` is None when nothing stands in the way as far as can be seen; `missing` is what the
    balance lacks. Only `actions.pay` decides.
    """

    refusal: Refusal | None
    needs_pin: bool
    has_pin: bool
    missing: Money | None = None

    @property
    def over(self) -> bool:
        """Return whether nothing that the member does can make this request payable."""
        return isinstance(self.refusal, OVER)


OVER = (RequestAlreadyPaid, RequestCancelled, RequestExpired, OwnShop, WrongCurrency)


def judge(*, request: RequestDetail, user: Person, at: dt.datetime) -> Judgement:
    """Judge in the order in which `actions.pay` does; six queries at most."""
    limits = risk.limits_of(user_id=user.id)
    needs_pin = request.amount.amount_minor > limits.one_tap_minor
    has_pin = not needs_pin or security.has_pin(user_id=user.id)
    missing = None
    refusal = _over(request=request, user=user, at=at)
    if refusal is None:
        missing, refusal = _shortfall(request=request, user=user)
    if not isinstance(refusal, OVER):
        refusal = _limit(limits=limits, request=request, user=user, at=at) or refusal
    if refusal is None and not has_pin:
        refusal = PinNotSet("pin")
    return Judgement(refusal=refusal, needs_pin=needs_pin, has_pin=has_pin, missing=missing)


def _over(*, request: RequestDetail, user: Person, at: dt.datetime) -> Refusal | None:
    status = request.status_at(at)
    if status == "paid":
        return RequestAlreadyPaid()
    if status == "cancelled":
        return RequestCancelled()
    if status == "expired":
        return RequestExpired(expired_at=request.expires_at)
    return OwnShop() if user.id in request.payee.owner_user_ids else None


def _shortfall(*, request: RequestDetail, user: Person) -> tuple[Money | None, Refusal | None]:
    wanted = request.amount
    account = accounts.find_account(code=MEMBER_CASH, owner_uid=user.uid, currency=wanted.currency)
    if account is None and wanted.currency != HOME_CURRENCY:
        return None, WrongCurrency(wanted=wanted.currency, given=HOME_CURRENCY)
    available = accounts.balance(account_id=account.id).available_minor if account else 0
    if available >= wanted.amount_minor:
        return None, None
    missing = Money(wanted.amount_minor - max(available, 0), wanted.currency)
    return missing, BalanceTooLow(missing=missing)


def _limit(
    *, limits: Limits, request: RequestDetail, user: Person, at: dt.datetime
) -> Refusal | None:
    try:
        decide(
            limits=limits,
            amount=request.amount,
            spent_today_minor=risk.spent_on(
                user_id=user.id, at=at, currency=request.amount.currency
            ),
            challenged=True,
            frozen_at=risk.find_frozen_at(user_id=user.id),
        )
    except Refusal as refusal:
        return refusal
    return None
