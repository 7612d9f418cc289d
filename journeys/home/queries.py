import dataclasses
import datetime as dt

from foundation.money import Money
from members.profile import queries as profiles
from merchants.stores import queries as stores
from wallet.ledger import queries as accounts
from wallet.ledger.rules import MEMBER_CASH
from wallet.payments import queries as payments
from wallet.payments.rules import Person, RequestDetail

CURRENCY = "CNY"


@dataclasses.dataclass(frozen=True)
class Home:
    """What the home page says besides its ways: who, what is new, what waits for an answer."""

    display_name: str
    unread_count: int
    waiting: RequestDetail | None
    has_stores: bool


def get_home(*, user: Person, at: dt.datetime) -> Home:
    """Return what the home page shows of a member, without the balance: four queries."""
    display = profiles.find_display(user_id=user.id)
    return Home(
        display_name=display.display_name if display else "",
        unread_count=profiles.count_unread(user_id=user.id),
        waiting=payments.find_waiting(user=user, at=at),
        has_stores=bool(stores.stores_of(user=user)),
    )


def get_balance(*, user: Person) -> Money:
    """Return what the member can spend; zero before the first account is opened: two queries."""
    account = accounts.find_account(code=MEMBER_CASH, owner_uid=user.uid, currency=CURRENCY)
    if account is None:
        return Money.zero(CURRENCY)
    return Money(accounts.balance(account_id=account.id).available_minor, CURRENCY)
