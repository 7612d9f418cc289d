"""Members with money, requests and payments for tests, made by the actions that make them."""

import dataclasses
import datetime as dt
import threading
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, connections
from rest_framework.test import APIClient

from foundation.db import entry
from foundation.money import Money
from foundation.users.models import User
from tests.factories.merchants import Shop, make_shop, make_user
from wallet.ledger import actions as ledger
from wallet.ledger import queries as accounts
from wallet.ledger.rules import MEMBER_CASH, RAIL_CLEARING, Journal, Leg
from wallet.payments import actions as payments
from wallet.payments.rules import FundingLeg, Payee, Receipt, RefundReceipt, RequestDetail
from wallet.risk import actions as risk
from wallet.risk.rules import Limits

NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
TEST_RAIL = uuid.UUID(int=1)


def yuan(text: str) -> Money:
    """Return an amount written as '12.50'."""
    whole, _dot, fen = text.partition(".")
    return Money(int(whole) * 100 + int(fen or 0), "CNY")


@dataclasses.dataclass(frozen=True)
class Member:
    """A person with a cash account."""

    user: User
    account_id: int

    @property
    def id(self) -> int:
        return self.user.pk

    @property
    def uid(self) -> uuid.UUID:
        return self.user.uid

    @property
    def balance_minor(self) -> int:
        return accounts.balance(account_id=self.account_id).available_minor


def make_member(*, balance_minor: int = 0, currency: str = "CNY", **fields: Any) -> Member:
    """Return a member with this balance, which came in over a rail."""
    user = make_user(**fields)
    return Member(user, fund(user=user, amount=Money(balance_minor, currency)))


@entry
def fund(*, user: User, amount: Money) -> int:
    """Give a person money over the tests' rail; return the cash account."""
    account = ledger.open_account(code=MEMBER_CASH, owner_uid=user.uid, currency=amount.currency)
    clearing = ledger.open_account(
        code=RAIL_CLEARING, owner_uid=TEST_RAIL, currency=amount.currency, floor_minor=None
    )
    if amount.amount_minor:
        ledger.post(
            journals=[
                Journal(
                    uid=uuid.uuid4(),
                    kind="top_up",
                    reference="test",
                    legs=(
                        Leg(account_id=clearing.id, amount_minor=-amount.amount_minor),
                        Leg(account_id=account.id, amount_minor=amount.amount_minor),
                    ),
                    at=NOON,
                )
            ]
        )
    return account.id


@entry
def make_request(
    *,
    payee: Payee,
    amount: Money,
    at: dt.datetime = NOON,
    scene: str = "dynamic",
    payer: Any = None,
    created_by: Any = None,
    note: str = "",
    minutes: int = 15,
) -> RequestDetail:
    """Open a request of a store."""
    return payments.open_request(
        scene=scene,
        payee=payee,
        amount=amount,
        at=at,
        created_by=created_by,
        payer=payer,
        note=note,
        minutes=minutes,
    )


@entry
def pay_request(
    *,
    request: RequestDetail,
    member: Member,
    at: dt.datetime = NOON,
    legs: list[FundingLeg] | None = None,
) -> Receipt:
    """Pay a request from the member's balance, or by these legs."""
    locked = payments.lock_request(uid=request.uid, payer=member, at=at)
    legs = legs or [FundingLeg(member.account_id, locked.amount.amount_minor)]
    return payments.capture(request=locked, payer=member, legs=legs, at=at)


def make_payment(
    *,
    member: Member,
    payee: Payee,
    amount: Money,
    at: dt.datetime = NOON,
    note: str = "",
) -> Receipt:
    """Let a member pay a store."""
    request = make_request(payee=payee, amount=amount, at=at, note=note)
    return pay_request(request=request, member=member, at=at)


@entry
def refund(
    *, receipt: Receipt, amount: Money, at: dt.datetime = NOON, reason: str = "", **more: Any
) -> RefundReceipt:
    """Refund part of a payment."""
    return payments.refund(
        payment_uid=receipt.payment_uid, amount=amount, reason=reason, actor=None, at=at, **more
    )


@entry
def set_limits(*, member: Member, limits: Limits, at: dt.datetime = NOON) -> None:
    """Give a member limits of their own."""
    risk.set_limits(user_id=member.id, limits=limits, at=at)


def in_entry(step: Callable[..., Any], **arguments: Any) -> Any:
    """Run one step in an entry of its own."""
    return entry(step)(**arguments)


def api_client(user: User) -> APIClient:
    """Return a client that sends the session token of a signed-in app."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    client = APIClient()
    client.credentials(HTTP_X_SESSION_TOKEN=session.session_key)
    return client


# Every table that money, or the promise of money, stands in. What a decline leaves behind (its
# idempotency key, a counted wrong PIN) is not among them.
MONEY_TABLES = (
    "ledger_account", "ledger_journal", "ledger_entry", "ledger_hold", "wallet_paymentrequest",
    "wallet_payment", "wallet_paymentleg", "wallet_refund", "wallet_paymentmove",
    "wallet_paycode", "wallet_memberday", "wallet_memberlimit", "wallet_topup",
    "wallet_topupmove", "foundation_outboxevent",
)  # fmt: skip


def snapshot() -> dict[str, list[str]]:
    """Return every row of every table of money as text: what must be the same after a refusal."""
    with connection.cursor() as cursor:
        rows = {}
        for table in MONEY_TABLES:
            cursor.execute(f"select t::text from {table} t order by 1")
            rows[table] = [row[0] for row in cursor.fetchall()]
        return rows


def books_balance() -> bool:
    """Return whether every journal, and with it the whole ledger, sums to zero."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(sum(e.amount_minor), 0) = 0 from ledger_entry e")
        whole = cursor.fetchone()[0]
        cursor.execute(
            "select count(*) from (select journal_id from ledger_entry group by journal_id"
            " having sum(amount_minor) <> 0) broken"
        )
        return bool(whole and cursor.fetchone()[0] == 0)


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(number)` in so many threads at once; return results or exceptions by number."""
    gate = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            gate.wait(timeout=20)
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


__all__ = [
    "MONEY_TABLES",
    "NOON",
    "Member",
    "Shop",
    "api_client",
    "books_balance",
    "fund",
    "in_entry",
    "make_member",
    "make_payment",
    "make_request",
    "make_shop",
    "pay_request",
    "refund",
    "set_limits",
    "snapshot",
    "together",
    "yuan",
]
