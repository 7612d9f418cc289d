import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import connection

from foundation.audit import actions as audit
from foundation.db import entry, step
from foundation.users.models import User
from merchants.stores import rules
from merchants.stores.models import District, Merchant, Staff, Store
from wallet.ledger import actions as ledger
from wallet.ledger.rules import FOLD, MERCHANT_PAYABLE

NEXT_STORE = "select nextval(pg_get_serial_sequence('merchants_store', 'id'))"
# One statement for a whole batch. Rows are taken in the order of their key, so that two batches
# at the same time wait for each other instead of locking each other out.
ADD_TO_DAYS = """
insert into merchants_storeday as day
    (store_id, date, currency, captured_minor, captured_count, refunded_minor, refunded_count)
select store.id, t.date, t.currency, t.captured_minor, t.captured_count,
       t.refunded_minor, t.refunded_count
from unnest(%s::uuid[], %s::date[], %s::text[], %s::bigint[], %s::int[], %s::bigint[], %s::int[])
    as t(store_uid, date, currency, captured_minor, captured_count, refunded_minor, refunded_count)
join merchants_store store on store.uid = t.store_uid
order by store.id, t.date, t.currency
on conflict (store_id, date, currency) do update set
    captured_minor = day.captured_minor + excluded.captured_minor,
    captured_count = day.captured_count + excluded.captured_count,
    refunded_minor = day.refunded_minor + excluded.refunded_minor,
    refunded_count = day.refunded_count + excluded.refunded_count
"""


@entry
def open_district(*, name: str, actor_id: int | None, at: dt.datetime) -> District:
    """Open a district, or return the one of this name."""
    district, opened = District.objects.get_or_create(name=name, defaults={"opened_at": at})
    if opened:
        _record(at=at, actor_id=actor_id, act="merchants.open_district", target=district)
    return district


@entry
def open_merchant(
    *,
    name: str,
    kind: str,
    owner: User,
    actor_id: int | None,
    at: dt.datetime,
    currency: str = "CNY",
) -> Merchant:
    """Open a business with the ledger account that is owed to it.

    The account only takes credits in the hot path (append and fold), and never goes below zero:
    a refund is paid from what the business has.
    """
    merchant = Merchant(name=name, kind=kind, owner=owner, currency=currency, opened_at=at)
    account = ledger.open_account(
        code=MERCHANT_PAYABLE,
        owner_uid=merchant.uid,
        currency=currency,
        mode=FOLD,
        floor_minor=0,
    )
    merchant.account_id = account.id
    merchant.save(force_insert=True)
    _record(at=at, actor_id=actor_id, act="merchants.open_merchant", target=merchant)
    return merchant


@entry
def open_store(
    *,
    merchant: Merchant,
    district: District,
    name: str,
    address: str = "",
    phone: str = "",
    actor_id: int | None,
    at: dt.datetime,
) -> Store:
    """Open a store with a number of its own; the owner of the business is on its staff."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_STORE)
        (sequence,) = cursor.fetchone()
    store = Store.objects.create(
        id=sequence,
        number=rules.store_number_from(sequence),
        merchant=merchant,
        district=district,
        name=name,
        address=address,
        phone=phone,
        opened_at=at,
    )
    _hire(store=store, user_id=merchant.owner_id, role=rules.OWNER, actor_id=actor_id, at=at)
    _record(at=at, actor_id=actor_id, act="merchants.open_store", target=store)
    return store


@entry
def hire(*, store_uid: str, user: User, role: str, actor: User, at: dt.datetime) -> Staff:
    """Take somebody on as a manager or a cashier of a store.

    The owner hires anybody, a manager hires cashiers, the operator's staff hires for them.

    :raises rules.StoreUnknown: no such store, or the actor does not work there
    :raises rules.RoleForbids: the actor's role does not allow it
    :raises rules.AlreadyHired: the person works there already
    """
    act = rules.hiring_act(role)
    store = _store_for(actor=actor, store_uid=store_uid, act=act)
    staff = _hire(store=store, user_id=user.pk, role=role, actor_id=actor.pk, at=at)
    _record(at=at, actor_id=actor.pk, act="merchants.hire", target=staff, role=role)
    return staff


@entry
def dismiss(*, store_uid: str, staff_uid: str, actor: User, at: dt.datetime) -> Staff:
    """End somebody's work at a store.

    :raises rules.StaffUnknown: nobody of this uid works there
    :raises rules.OwnerStays: the owner of the business
    :raises rules.RoleForbids: the actor's role does not allow it
    """
    staff = (
        Staff.objects.select_for_update(of=("self",))
        .filter(uid=staff_uid, store__uid=store_uid, dismissed_at__isnull=True)
        .first()
    )
    if staff is None:
        raise rules.StaffUnknown()
    _store_for(actor=actor, store_uid=store_uid, act=rules.hiring_act(staff.role))
    staff.dismissed_at = at
    staff.dismissed_by = actor
    staff.save(update_fields=["dismissed_at", "dismissed_by"])
    _record(at=at, actor_id=actor.pk, act="merchants.dismiss", target=staff, role=staff.role)
    return staff


@step
def add_to_days(*, figures: Sequence[rules.DayFigures]) -> None:
    """Add payments and refunds to the figures of their stores' days, in one statement.

    `figures` holds each (store, date, currency) once.

    :raises LookupError: a store that does not exist: the events wait as dead letters
    """
    if not figures:
        return
    columns = zip(*(dataclasses.astuple(figure) for figure in figures), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(ADD_TO_DAYS, [list(column) for column in columns])
        if cursor.rowcount != len(figures):
            raise LookupError("figures of a store that does not exist")


def _store_for(*, actor: User, store_uid: str, act: str) -> Store:
    """Return the store if the actor may do this act there; the operator's staff may."""
    store = Store.objects.filter(uid=store_uid).first()
    if store is None:
        raise rules.StoreUnknown()
    if actor.is_staff and actor.is_active:
        return store
    place = Staff.objects.filter(store=store, user=actor, dismissed_at__isnull=True).first()
    if place is None:
        raise rules.StoreUnknown()
    rules.check_role(place.role, act)
    return store


def _hire(*, store: Store, user_id: int, role: str, actor_id: int | None, at: dt.datetime) -> Staff:
    staff, hired = Staff.objects.get_or_create(
        store=store,
        user_id=user_id,
        dismissed_at=None,
        defaults={"role": role, "hired_at": at, "hired_by_id": actor_id},
    )
    if not hired:
        raise rules.AlreadyHired("phone")
    return staff


def _record(
    *,
    at: dt.datetime,
    actor_id: int | None,
    act: str,
    target: District | Merchant | Store | Staff,
    **detail: str,
) -> None:
    audit.record(
        at=at,
        actor_id=actor_id,
        act=act,
        target_kind=target._meta.model_name or "",
        target_uid=str(target.uid),
        detail=detail,
    )
