import datetime as dt
import uuid

from foundation.idempotency.actions import keyed_entry
from foundation.money import Money
from journeys.reversal import queries
from merchants.stores import rules as store_rules
from merchants.stores.queries import Worker
from wallet.payments import actions as payments
from wallet.payments.rules import RefundReceipt


@keyed_entry(operation="reversal.refund", answer=RefundReceipt)
def refund(
    *, staff: Worker, payment_uid: uuid.UUID, amount: Money, reason: str = "", at: dt.datetime
) -> RefundReceipt:
    """Give back part or all of a payment to one of the person's stores.

    :raises PaymentUnknown: no such payment, or of a store where the person does not work
    :raises OnlyManagersRefund: the person is a cashier there
    :raises RefundAboveRemaining: RefundAboveBalance: more than is left, or than the shop has
    """
    place = queries.get_place(staff=staff, payment_uid=payment_uid)
    store_rules.check_role(place.store.role, store_rules.REFUND)
    return payments.refund(
        payment_uid=payment_uid,
        amount=amount,
        reason=reason,
        actor=staff,
        at=at,
        store_uids=[place.store.uid],
    )
