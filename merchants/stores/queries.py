"""Reads of stores. A person's stores are those where they work today; another's is a 404."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import QuerySet, Sum

from foundation.money import Money
from foundation.users.models import User
from merchants.stores import rules
from merchants.stores.models import Merchant, Staff, Store, StoreDay
from wallet.ledger import queries as ledger
from wallet.payments.rules import Payee, Person

MOST_STORES = 100
MOST_STAFF = 200


@dataclasses.dataclass(frozen=True)
class Worker:
    """Who works at a store, as plain as other rooms need it."""

    id: int
    uid: uuid.UUID

    @classmethod
    def of(cls, user: Person) -> "Worker":
        return cls(id=user.id, uid=user.uid)


@dataclasses.dataclass(frozen=True)
class StoreOf:
    """A store as one of its staff works in it: what pages show, and what the role allows."""

    id: int
    uid: uuid.UUID
    number: str
    name: str
    address: str
    phone: str
    district: str
    merchant_uid: uuid.UUID
    merchant_name: str
    account_id: int
    owner_id: int
    currency: str
    role: str

    @property
    def payee(self) -> Payee:
        """Return whom a payment at this store goes to."""
        return Payee(
            account_id=self.account_id,
            store_uid=self.uid,
            merchant_uid=self.merchant_uid,
            name=self.name,
            number=self.number,
            owner_user_ids=(self.owner_id,),
            currency=self.currency,
        )

    @property
    def may_refund(self) -> bool:
        return rules.may(self.role, rules.REFUND)

    @property
    def may_hire(self) -> bool:
        return rules.may(self.role, rules.HIRE_CASHIER)


@dataclasses.dataclass(frozen=True)
class DayTotal:
    """A store's figures of one day as money."""

    date: dt.date
    captured: Money
    captured_count: int
    refunded: Money
    refunded_count: int
    kept: Money


def payee(*, store_uid: uuid.UUID | str | None = None, number: str | None = None) -> Payee:
    """Return whom a payment at a store goes to, by the store's uid or its typed number.

    :raises rules.StoreUnknown: no such store, or a mistyped number
    """
    if (store_uid is None) == (number is None):
        raise TypeError("name the store by its uid or by its number")
    if number is not None and not rules.is_store_number(number):
        raise rules.StoreUnknown("number")
    wanted = {"uid": store_uid} if store_uid is not None else {"number": number}
    store = Store.objects.select_related("merchant").filter(**wanted).first()
    if store is None:
        raise rules.StoreUnknown("number" if number is not None else None)
    return Payee(
        account_id=store.merchant.account_id,
        store_uid=store.uid,
        merchant_uid=store.merchant.uid,
        name=store.name,
        number=store.number,
        owner_user_ids=(store.merchant.owner_id,),
        currency=store.merchant.currency,
    )


def stores_of(*, user: Person) -> list[StoreOf]:
    """List the stores where the person works, the oldest first, at most 100."""
    return [_store_of(place) for place in _places(user.id).order_by("store_id")[:MOST_STORES]]


def get_store(*, uid: uuid.UUID | str, user: Person) -> StoreOf:
    """Return the store if the person works there.

    :raises rules.StoreUnknown: no such store, or not theirs: both look the same
    """
    place = _places(user.id).filter(store__uid=uid).first()
    if place is None:
        raise rules.StoreUnknown()
    return _store_of(place)


def list_staff(*, store: StoreOf) -> list[Staff]:
    """List who works at a store, the owner first, with their users."""
    return list(
        Staff.objects.filter(store_id=store.id, dismissed_at__isnull=True)
        .select_related("user")
        .order_by("id")[:MOST_STAFF]
    )


def get_colleague(*, store: StoreOf, staff_uid: uuid.UUID) -> Staff:
    """Return who works at the store under this uid.

    :raises rules.StaffUnknown: nobody
    """
    staff = (
        Staff.objects.filter(uid=staff_uid, store_id=store.id, dismissed_at__isnull=True)
        .select_related("user")
        .first()
    )
    if staff is None:
        raise rules.StaffUnknown()
    return staff


def find_person(*, phone: str) -> User | None:
    """Return the active user with this E.164 number, or None."""
    return User.objects.filter(phone=phone, is_active=True).first()


def get_merchant(*, merchant_id: int) -> Merchant:
    """Return a merchant for the back office.

    :raises rules.MerchantUnknown: no such merchant
    """
    merchant = Merchant.objects.filter(pk=merchant_id).first()
    if merchant is None:
        raise rules.MerchantUnknown()
    return merchant


def available(*, account_id: int, currency: str) -> Money:
    """Return what a merchant has to give back from, or to be paid out; never below nothing."""
    balance = ledger.balance(account_id=account_id)
    return Money(max(balance.available_minor, 0), currency)


def get_store_record(*, store_id: int) -> Store:
    """Return a store for the back office.

    :raises rules.StoreUnknown: no such store
    """
    store = Store.objects.filter(pk=store_id).first()
    if store is None:
        raise rules.StoreUnknown()
    return store


def get_staff_record(*, staff_id: int) -> Staff:
    """Return one person's work at a store, with the store, for the back office.

    :raises rules.StaffUnknown: no such row
    """
    staff = Staff.objects.select_related("store").filter(pk=staff_id).first()
    if staff is None:
        raise rules.StaffUnknown()
    return staff


def day_total(*, store: StoreOf, date: dt.date) -> DayTotal:
    """Return the store's figures of one business day, zeros on a day without any."""
    return day_series(store=store, last=date, days=1)[0]


def day_series(*, store: StoreOf, last: dt.date, days: int = 7) -> list[DayTotal]:
    """Return the figures of the `days` business days that end with `last`, oldest first."""
    dates = [last - dt.timedelta(days=back) for back in reversed(range(days))]
    kept = {
        day.date: day
        for day in StoreDay.objects.filter(
            store_id=store.id, currency=store.currency, date__range=(dates[0], last)
        ).order_by("date")
    }
    return [_total(kept.get(date), date, store.currency) for date in dates]


@dataclasses.dataclass(frozen=True)
class TownDay:
    """What all stores together took and gave back on one business day, in minor units."""

    date: dt.date
    captured_minor: int
    captured_count: int
    refunded_minor: int
    refunded_count: int


def list_town_days(*, last: dt.date, days: int = 30, currency: str = "CNY") -> list[TownDay]:
    """Return the figures of all stores for the days that end with `last`, oldest first."""
    dates = [last - dt.timedelta(days=back) for back in reversed(range(days))]
    rows = (
        StoreDay.objects.filter(date__range=(dates[0], last), currency=currency)
        .order_by("date")
        .values_list("date")
        .annotate(
            Sum("captured_minor"),
            Sum("captured_count"),
            Sum("refunded_minor"),
            Sum("refunded_count"),
        )
    )
    kept = {date: figures for date, *figures in rows}
    return [TownDay(date, *kept.get(date, (0, 0, 0, 0))) for date in dates]


def _places(user_id: int) -> QuerySet[Staff]:
    return Staff.objects.filter(user_id=user_id, dismissed_at__isnull=True).select_related(
        "store__merchant", "store__district"
    )


def _store_of(place: Staff) -> StoreOf:
    store = place.store
    return StoreOf(
        id=store.pk,
        uid=store.uid,
        number=store.number,
        name=store.name,
        address=store.address,
        phone=store.phone,
        district=store.district.name,
        merchant_uid=store.merchant.uid,
        merchant_name=store.merchant.name,
        account_id=store.merchant.account_id,
        owner_id=store.merchant.owner_id,
        currency=store.merchant.currency,
        role=place.role,
    )


def _total(day: StoreDay | None, date: dt.date, currency: str) -> DayTotal:
    captured, refunded = (day.captured_minor, day.refunded_minor) if day else (0, 0)
    return DayTotal(
        date=date,
        captured=Money(captured, currency),
        captured_count=day.captured_count if day else 0,
        refunded=Money(refunded, currency),
        refunded_count=day.refunded_count if day else 0,
        kept=Money(captured - refunded, currency),
    )
