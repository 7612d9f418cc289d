"""Shops for tests, opened by the actions that open them in life."""

import dataclasses
import datetime as dt
import itertools
import uuid

from foundation.db import entry
from foundation.money import Money
from foundation.users.models import User
from merchants.stores import actions, queries
from merchants.stores.models import District, Merchant, Staff, Store
from merchants.stores.queries import StoreOf
from wallet.ledger import actions as ledger
from wallet.ledger.rules import MEMBER_CASH, RAIL_CLEARING, STRIPED, Journal, Leg
from wallet.payments import actions as payments
from wallet.payments.rules import FundingLeg, PayCodeIssued, Payee, Receipt

OPENED = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)
_serial = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Shop:
    """A business with one store and its owner."""

    merchant: Merchant
    store: Store
    owner: User

    @property
    def payee(self) -> Payee:
        return queries.payee(store_uid=self.store.uid)

    def seen_by(self, user: User) -> StoreOf:
        return queries.get_store(uid=self.store.uid, user=user)


def make_user(**fields: object) -> User:
    """Return a person with a verified phone number that no other test person has."""
    fields.setdefault("phone", f"+86139{next(_serial):08d}")
    fields.setdefault("phone_verified_at", OPENED)
    return User.objects.create_user(**fields)


def make_district(*, name: str = "老街商圈") -> District:
    """Return the district of this name."""
    return actions.open_district(name=name, actor_id=None, at=OPENED)


def make_shop(
    *,
    name: str = "兰姨面馆",
    owner: User | None = None,
    kind: str = "sole_trader",
    currency: str = "CNY",
) -> Shop:
    """Open a business with one store; its owner is a new person unless given."""
    owner = owner or make_user()
    merchant = actions.open_merchant(
        name=name, kind=kind, owner=owner, currency=currency, actor_id=None, at=OPENED
    )
    return Shop(merchant=merchant, store=make_store(merchant=merchant, name=name), owner=owner)


def make_store(*, merchant: Merchant, name: str = "分店", **fields: str) -> Store:
    """Open another store of a business."""
    return actions.open_store(
        merchant=merchant,
        district=make_district(),
        name=name,
        address=fields.get("address", "老街 18 号"),
        phone=fields.get("phone", "0571-8888 0018"),
        actor_id=None,
        at=OPENED,
    )


def make_staff(*, shop: Shop, role: str = "cashier", user: User | None = None) -> Staff:
    """Hire somebody at the shop's store."""
    return actions.hire(
        store_uid=str(shop.store.uid),
        user=user or make_user(),
        role=role,
        actor=shop.owner,
        at=OPENED,
    )


@entry
def make_member(
    *, balance_minor: int = 100_000, currency: str = "CNY", at: dt.datetime = OPENED
) -> User:
    """Return a person whose wallet holds this much, put in from the bank."""
    member = make_user()
    account = ledger.open_account(code=MEMBER_CASH, owner_uid=member.uid, currency=currency)
    rail = ledger.open_account(
        code=RAIL_CLEARING, owner_uid=None, currency=currency, mode=STRIPED, floor_minor=None
    )
    if balance_minor:
        legs = (Leg(rail.id, -balance_minor), Leg(account.id, balance_minor))
        uid = uuid.uuid4()
        ledger.post(journals=[Journal(uid, kind="top_up", reference=str(uid), legs=legs, at=at)])
    return member


@entry
def pay(
    *, shop: Shop, member: User, amount_minor: int, at: dt.datetime = OPENED, note: str = ""
) -> Receipt:
    """Pay the shop from the member's balance, past every limit."""
    amount = Money(amount_minor, shop.merchant.currency)
    account = ledger.open_account(code=MEMBER_CASH, owner_uid=member.uid, currency=amount.currency)
    request = payments.open_request(
        scene="dynamic", payee=shop.payee, amount=amount, note=note, at=at, created_by=shop.owner
    )
    leg = FundingLeg(account_id=account.id, amount_minor=amount_minor)
    return payments.capture(request=request, payer=member, legs=[leg], at=at)


@entry
def draw_pay_code(*, member: User, at: dt.datetime) -> PayCodeIssued:
    """Draw a pay code of the member."""
    return payments.issue_pay_code(user=member, at=at)
