import datetime as dt
import uuid

from foundation.idempotency.actions import keyed_entry
from foundation.money import Money
from wallet.funding import actions as funding
from wallet.funding.queries import TopUpDetail
from wallet.payments.rules import Person


def start(*, client: str, key: str, user: Person, amount: Money, at: dt.datetime) -> TopUpDetail:
    """Start a top-up and give it to the bank; the same key again gives the same top-up.

    The bank answers later: look at the top-up's status. When the bank cannot be reached now,
    the top-up stands as started and the sweep goes on with it.

    :raises wallet.funding.rules.TopUpTooSmall: TopUpTooLarge: TopUpCurrency: the amount
    """
    top_up = _open(client=client, key=key, user_id=user.id, user_uid=user.uid, amount=amount, at=at)
    funding.submit(uid=top_up.uid, at=at)
    return top_up


@keyed_entry(operation="funding.top_up", answer=TopUpDetail)
def _open(*, user_id: int, user_uid: uuid.UUID, amount: Money, at: dt.datetime) -> TopUpDetail:
    return funding.open_top_up(user_id=user_id, user_uid=user_uid, amount=amount, at=at)
