import uuid

from django.conf import settings

from merchants.stores.queries import StoreOf
from wallet.payments import queries as payments
from wallet.payments.rules import RequestDetail, RequestUnknown, merchant_payload


def get_request(*, store: StoreOf, uid: uuid.UUID) -> RequestDetail:
    """Return a request of this store.

    :raises RequestUnknown: it does not exist, or is another store's: both look the same
    """
    request = payments.find_request(uid=uid)
    if request is None or request.payee.store_uid != store.uid:
        raise RequestUnknown()
    return request


def pay_link(*, request: RequestDetail) -> str:
    """Return the link that opens the customer's wallet at this request."""
    return f"{settings.SITE_URL}/w/pay/{request.uid}/"


def pay_payload(*, request: RequestDetail) -> str:
    """Return the request as an EMV payload, for wallets that read codes rather than links."""
    return merchant_payload(
        store_number=request.payee.number,
        name=request.payee.name,
        amount=request.amount,
        request_uid=request.uid,
        note=request.note,
    )
