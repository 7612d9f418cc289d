import dataclasses
import uuid
from urllib.parse import urlsplit

from django.conf import settings

from foundation.money import Money
from merchants.stores import queries as stores
from wallet.payments.rules import (
    Payee,
    ScanIsPayCode,
    ScannedRequest,
    ScannedStore,
    WrongCurrency,
    read_scan,
)


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
