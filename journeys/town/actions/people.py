import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group, Permission

from foundation.db import entry
from foundation.users import actions as users
from foundation.users.models import User
from foundation.users.queries import find_by_phone
from foundation.web import Look
from journeys.town import rules
from journeys.town.queries import totp_secret_of
from members.joining import actions as joining
from merchants.stores import actions as stores
from merchants.stores import queries as stores_queries
from merchants.stores.rules import CASHIER
from wallet.ledger import queries as ledger
from wallet.ledger.rules import MEMBER_CASH
from wallet.payments.rules import Payee, Payer

CURRENCY = "CNY"
PEOPLE_AT_ONCE = 50
LOOKERS = "运营查看"
FLOORS = ("foundation", "wallet", "merchants", "members")


@dataclass(frozen=True, slots=True)
class Wallet:
    """A member as payments need them."""

    payer: Payer
    account_id: int
    user: User


@dataclass(frozen=True, slots=True)
class OpenShop:
    """A shop as payments need it."""

    payee: Payee
    owner: Payer
    cashier: Payer


def settle_residents(*, people: Sequence[rules.Resident], at: dt.datetime) -> list[Wallet]:
    """Open a wallet for each resident, on the day they joined; return them in order."""
    found: list[Wallet] = []
    for first in range(0, len(people), PEOPLE_AT_ONCE):
        found += _settle(people=people[first : first + PEOPLE_AT_ONCE], at=at)
    return found


@entry
def _settle(*, people: Sequence[rules.Resident], at: dt.datetime) -> list[Wallet]:
    return [
        _wallet(
            _member(
                phone=one.phone,
                name=one.name,
                look=Look(size=one.size, voice=one.number == 0),
                language=one.language,
                # Hashing a PIN is slow on purpose: only the people one signs in as have one.
                pin=rules.PIN if one.number < rules.KNOWN_PEOPLE else None,
                at=at - dt.timedelta(days=one.joined_days_ago, minutes=7 * one.number % 600),
            )
        )
        for one in people
    ]


def open_shop(*, seed: int, place: int, at: dt.datetime) -> OpenShop:
    """Open the shop of this place with its owner and cashier, or return the one that is open."""
    shop = rules.SHOPS[place]
    owner, cashier = _staff(seed=seed, place=place, at=at)
    opened = stores_queries.stores_of(user=owner)
    if not opened:
        district = stores.open_district(name=shop.district, actor_id=None, at=at)
        merchant = stores.open_merchant(
            name=shop.name, kind=shop.kind, owner=owner, actor_id=None, at=at
        )
        store = stores.open_store(
            merchant=merchant,
            district=district,
            name=shop.name,
            address=f"{rules.TOWN}{shop.address}",
            phone=owner.phone.removeprefix("+86"),
            actor_id=None,
            at=at,
        )
        stores.hire(store_uid=str(store.uid), user=cashier, role=CASHIER, actor=owner, at=at)
        opened = stores_queries.stores_of(user=owner)
    return OpenShop(
        payee=opened[0].payee,
        owner=Payer(id=owner.pk, uid=owner.uid),
        cashier=Payer(id=cashier.pk, uid=cashier.uid),
    )


@entry
def _staff(*, seed: int, place: int, at: dt.datetime) -> tuple[User, User]:
    first, second = (
        _member(
            phone=worker.phone,
            name=worker.name,
            look=Look(),
            language="zh-hans",
            pin=rules.PIN if place == 0 else None,
            at=at,
        )
        for worker in (rules.owner(seed=seed, place=place), rules.cashier(seed=seed, place=place))
    )
    return first, second


@entry
def hire_operators(*, seed: int, at: dt.datetime) -> None:
    """Let the operator's two people in, each with a second factor that grows from the seed."""
    lookers, _new = Group.objects.get_or_create(name=LOOKERS)
    lookers.permissions.set(
        Permission.objects.filter(content_type__app_label__in=FLOORS, codename__startswith="view_")
    )
    for number, worker in enumerate(rules.operators(seed=seed)):
        user = find_by_phone(phone=worker.phone) or users.create_user(phone=worker.phone, at=at)
        user.is_staff, user.is_superuser = True, number == 0
        user.save(update_fields=["is_staff", "is_superuser"])
        if number:
            user.groups.add(lookers)
        if not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, totp_secret_of(seed=seed, phone=worker.phone))


def _member(
    *, phone: str, name: str, look: Look, language: str, pin: str | None, at: dt.datetime
) -> User:
    return find_by_phone(phone=phone) or joining.open_wallet(
        phone=phone, display_name=name, pin=pin, look=look, language=language, at=at
    )


def _wallet(user: User) -> Wallet:
    account = ledger.get_account(code=MEMBER_CASH, owner_uid=user.uid, currency=CURRENCY)
    return Wallet(payer=Payer(id=user.pk, uid=user.uid), account_id=account.id, user=user)
