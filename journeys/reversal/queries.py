import dataclasses
import uuid

from foundation.money import Money
from merchants.stores import queries as stores
from merchants.stores.queries import StoreOf
from wallet.payments import queries as payments
from wallet.payments.queries import RecordDetail, RefundLine
from wallet.payments.rules import (
    PaymentUnknown,
    Person,
    Receipt,
    RefundAboveBalance,
    RefundAboveRemaining,
)


@dataclasses.dataclass(frozen=True)
class Place:
    """A payment, and the store of it as this person works there."""

    store: StoreOf
    receipt: Receipt


def get_place(*, staff: Person, payment_uid: uuid.UUID) -> Place:
    """Return a payment to one of the person's stores, with that store.

    :raises PaymentUnknown: it does not exist, or is another store's: both look the same
    """
    mine = {store.uid: store for store in stores.stores_of(user=staff)}
    receipt = payments.get_store_receipt(uid=payment_uid, store_uids=list(mine))
    return Place(store=mine[receipt.store_uid], receipt=receipt)


def check_refundable(*, store: StoreOf, receipt: Receipt, amount: Money) -> None:
    """Refuse early what the refund itself would refuse, before the person confirms it.

    :raises RefundAboveRemaining: RefundAboveBalance: as their names say
    """
    if amount > receipt.refundable:
        raise RefundAboveRemaining("amount", remaining=receipt.refundable)
    has = stores.available(account_id=store.account_id, currency=store.currency)
    if amount > has:
        raise RefundAboveBalance("amount", available=has)


def get_refund(*, detail: RecordDetail, refund_uid: uuid.UUID) -> RefundLine:
    """Return one refund of a payment's record.

    :raises PaymentUnknown: the payment has no such refund
    """
    for refund in detail.record.refunds:
        if refund.uid == refund_uid:
            return refund
    raise PaymentUnknown()
