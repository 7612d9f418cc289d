import datetime as dt
import uuid

from django.db import connection

from foundation.db import entry, step
from foundation.money import Money, check_amount
from foundation.text import clean_text
from wallet.payments import rules
from wallet.payments.models import PaymentMove, PaymentRequest
from wallet.payments.queries.requests import REQUEST_COLUMNS, request_detail
from wallet.payments.rules import (
    DYNAMIC,
    MAXIMUM_REQUEST_MINOR,
    NOTE_CHARACTERS,
    Payee,
    Person,
    RequestDetail,
    Scene,
)

# Weaker than `for update`: nobody changes the key, and the payment's reference to the request
# need not wait.
LOCK = (
    f"select {', '.join(REQUEST_COLUMNS)} from wallet_paymentrequest"
    " where uid = %s for no key update"
)
EXPIRE = """
with due as (
    select id from wallet_paymentrequest where status = 'open' and expires_at <= %(at)s
    order by expires_at limit %(limit)s for no key update skip locked
), moved as (
    update wallet_paymentrequest r set status = 'expired', ended_at = %(at)s
    from due where r.id = due.id and r.status = 'open'
    returning r.id
)
insert into wallet_paymentmove (subject, subject_id, from_status, to_status, actor_id, at)
select 'request', id, 'open', 'expired', null, %(at)s from moved
"""


@step
def open_request(
    *,
    scene: Scene,
    payee: Payee,
    amount: Money,
    at: dt.datetime,
    created_by: Person | None,
    payer: Person | None = None,
    note: str = "",
    minutes: int = rules.REQUEST_MINUTES,
) -> RequestDetail:
    """Open a request of a store, payable for `minutes`. Static and pay codes name the payer.

    The new row is the caller's until the commit, so it may be captured without `lock_request`.

    :raises AmountNotPositive: AmountTooLarge: an amount that cannot be asked for
    :raises rules.WrongCurrency: the store is paid in another currency
    :raises rules.OwnShop: the payer owns the store
    :raises TextNotReadable: TextTooLong: the note
    """
    check_amount(
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        maximum_minor=MAXIMUM_REQUEST_MINOR,
    )
    if amount.currency != payee.currency:
        raise rules.WrongCurrency("amount", wanted=payee.currency, given=amount.currency)
    if scene != DYNAMIC and payer is None:
        raise ValueError(f"a {scene} request names its payer")
    if payer is not None and payer.id in payee.owner_user_ids:
        raise rules.OwnShop()
    row = PaymentRequest.objects.create(
        uid=uuid.uuid4(),
        scene=scene,
        payee_account_id=payee.account_id,
        payee_uid=payee.store_uid,
        payee_merchant_uid=payee.merchant_uid,
        payee_name=payee.name,
        payee_number=payee.number,
        payee_owner_ids=list(payee.owner_user_ids),
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        note=clean_text(note, NOTE_CHARACTERS, field="note"),
        payer_id=payer.id if payer else None,
        created_by_id=created_by.id if created_by else None,
        created_at=at,
        expires_at=at + dt.timedelta(minutes=minutes),
    )
    PaymentMove.objects.create(
        subject="request",
        subject_id=row.pk,
        to_status="open",
        actor_id=row.created_by_id,
        at=at,
    )
    return request_detail([getattr(row, name) for name in REQUEST_COLUMNS])


@step
def lock_request(*, uid: uuid.UUID, payer: Person, at: dt.datetime) -> RequestDetail:
    """Lock a request that this member is about to pay, and refuse what cannot be paid.

    Locks the request's row until the end of the transaction.

    :raises rules.RequestUnknown: it does not exist
    :raises rules.NotYourRequest: it is bound to another member (looks the same)
    :raises rules.RequestAlreadyPaid: RequestCancelled: RequestExpired: it is over
    :raises rules.OwnShop: the member owns the store
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [uid])
        row = cursor.fetchone()
    if row is None:
        raise rules.RequestUnknown()
    request = request_detail(row)
    check_payable(request=request, payer=payer, at=at)
    return request


def check_payable(*, request: RequestDetail, payer: Person, at: dt.datetime) -> None:
    """Refuse a request that this member cannot pay at this instant; see `lock_request`."""
    if request.payer_id not in (None, payer.id):
        raise rules.NotYourRequest()
    status = request.status_at(at)
    if status == "paid":
        raise rules.RequestAlreadyPaid()
    if status == "cancelled":
        raise rules.RequestCancelled()
    if status == "expired":
        raise rules.RequestExpired(expired_at=request.expires_at)
    if payer.id in request.payee.owner_user_ids:
        raise rules.OwnShop()


@step
def cancel_request(
    *,
    uid: uuid.UUID,
    actor: Person,
    at: dt.datetime,
    store_uid: uuid.UUID | None = None,
) -> None:
    """Take back an open request: by the store's staff (`store_uid`), or by the bound payer.

    :raises rules.RequestUnknown: it does not exist, or is another store's or member's
    :raises rules.RequestNotOpen: it is paid, cancelled or expired
    """
    requests = PaymentRequest.objects.filter(uid=uid)
    if store_uid is not None:
        requests = requests.filter(payee_uid=store_uid)
    else:
        requests = requests.filter(payer_id=actor.id)
    row = requests.values("id", "expires_at").first()
    if row is None:
        raise rules.RequestUnknown()
    if at >= row["expires_at"] or not _move(
        request_id=row["id"], to_status="cancelled", actor_id=actor.id, at=at
    ):
        raise rules.RequestNotOpen()


@entry
def expire_requests(*, at: dt.datetime, limit: int = 500) -> int:
    """Move open requests past their time to expired; return how many. Skips locked ones."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"at": at, "limit": limit})
        return cursor.rowcount


def _move(*, request_id: int, to_status: str, actor_id: int | None, at: dt.datetime) -> bool:
    """Move one open request on and write the history; False when it was no longer open.

    Capture and the expiry sweep do the same inside their own single statements.
    """
    moved = PaymentRequest.objects.filter(id=request_id, status="open").update(
        status=to_status, ended_at=at
    )
    if moved:
        PaymentMove.objects.create(
            subject="request",
            subject_id=request_id,
            from_status="open",
            to_status=to_status,
            actor_id=actor_id,
            at=at,
        )
    return moved == 1
