"""A member's pay code at the counter: charged once, or nothing moves and the sentence is clear."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from foundation.db import entry
from foundation.errors import Refusal
from foundation.idempotency.rules import KeyReused
from foundation.money import Money
from journeys.checkout import actions as checkout
from journeys.counter import actions, rules
from merchants.stores.queries import Worker
from merchants.stores.rules import StoreUnknown
from tests.factories.merchants import draw_pay_code, make_member, make_shop, make_staff
from wallet.ledger import queries as ledger
from wallet.ledger.rules import MEMBER_CASH
from wallet.payments import queries as payments
from wallet.payments.models import Payment, PaymentRequest
from wallet.payments.rules import PayCodeExpired, PayCodeUnknown, PayCodeUsed
from wallet.risk import actions as risk


def cash(member) -> int:
    account = ledger.get_account(code=MEMBER_CASH, owner_uid=member.uid, currency="CNY")
    return ledger.balance(account_id=account.id).available_minor


def takings(shop) -> int:
    return ledger.balance(account_id=shop.merchant.account_id).available_minor


def charge(*, shop, code: str, amount_minor: int = 2850, at, staff=None, key: str = ""):
    staff = staff or shop.owner
    return actions.charge_pay_code(
        client=f"user:{staff.pk}",
        key=key or uuid.uuid4().hex,
        staff=Worker.of(staff),
        store_uid=shop.store.uid,
        code=code,
        amount=Money(amount_minor, "CNY"),
        at=at,
    )


@pytest.mark.django_db
def test_a_small_amount_is_charged_at_once(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=5000)
    cashier = make_staff(shop=shop)
    code = draw_pay_code(member=member, at=at).code

    charged = charge(shop=shop, code=code, at=at, staff=cashier.user)

    assert charged.status == "paid"
    assert (cash(member), takings(shop)) == (2150, 2850)
    payment = Payment.objects.get(uid=charged.payment_uid)
    assert (payment.request.scene, payment.payer_id) == ("pay_code", member.pk)
    assert payment.request.created_by_id == cashier.user_id


@pytest.mark.django_db
def test_the_code_may_be_typed_in_groups(at) -> None:
    shop, member = make_shop(), make_member()
    code = draw_pay_code(member=member, at=at).code

    grouped = f"{code[:4]} {code[4:8]} {code[8:12]}　{code[12:]}"
    assert charge(shop=shop, code=grouped, at=at).status == "paid"


@pytest.mark.django_db
def test_above_the_limit_the_customer_confirms(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=50_000)
    code = draw_pay_code(member=member, at=at).code

    charged = charge(shop=shop, code=code, amount_minor=20_001, at=at)

    assert (charged.status, charged.payment_uid) == ("open", None)
    assert charged.expires_at == at + dt.timedelta(minutes=3)
    assert (cash(member), takings(shop)) == (50_000, 0)
    waiting = payments.find_waiting(user=member, at=at)
    assert waiting.uid == charged.request_uid
    assert waiting.amount == Money(20_001, "CNY")


@pytest.mark.django_db
def test_what_nobody_confirms_expires_by_itself(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=50_000)
    charged = charge(
        shop=shop, code=draw_pay_code(member=member, at=at).code, amount_minor=30_000, at=at
    )
    late = at + dt.timedelta(minutes=3)

    assert payments.find_waiting(user=member, at=late) is None
    with pytest.raises(Refusal) as refused:
        checkout.pay(
            client="x", key="k" * 8, payer=member, request_uid=charged.request_uid, at=late
        )
    assert refused.value.code == "request_expired"
    assert takings(shop) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ("used", PayCodeUsed),
        ("expired", PayCodeExpired),
        ("unknown", PayCodeUnknown),
        ("mistyped", PayCodeUnknown),
        ("empty", PayCodeUnknown),
        ("store number", PayCodeUnknown),
        ("owner's", rules.OwnersPayCode),
    ],
)
def test_a_code_that_charges_nobody(what: str, refusal: type[Refusal], at) -> None:
    shop, member = make_shop(), make_member(balance_minor=9000)
    shop_of_member = make_shop(name="会员的店", owner=member)
    drawn = at - dt.timedelta(minutes=5) if what == "expired" else at
    code = draw_pay_code(member=member, at=drawn).code
    if what == "used":
        charge(shop=shop, code=code, amount_minor=100, at=at)
    wrong = {
        "unknown": "280000000000000006",
        "mistyped": code[:-1] + str((int(code[-1]) + 1) % 10),
        "empty": "",
        "store number": shop.store.number,
    }
    before = (cash(member), takings(shop), Payment.objects.count(), PaymentRequest.objects.count())

    with pytest.raises(refusal):
        charge(
            shop=shop_of_member if what == "owner's" else shop, code=wrong.get(what, code), at=at
        )

    assert before == (
        cash(member), takings(shop), Payment.objects.count(), PaymentRequest.objects.count(),
    )  # fmt: skip


@entry
def freeze(member, at) -> None:
    risk.freeze(user_id=member.pk, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["balance", "no account", "payment limit", "day limit", "stopped"])
def test_why_a_wallet_declines_is_not_told_to_the_shop(why: str, at) -> None:
    shop = make_shop()
    member = make_member(
        balance_minor={"balance": 2849, "no account": 0}.get(why, 2_000_000),
        currency="JPY" if why == "no account" else "CNY",
    )
    amount_minor = {"payment limit": 500_001, "day limit": 1_000_001}.get(why, 2850)
    if why == "stopped":
        freeze(member, at)
    code = draw_pay_code(member=member, at=at).code

    with pytest.raises(rules.CustomerCannotPay) as refused:
        charge(shop=shop, code=code, amount_minor=amount_minor, at=at)

    assert refused.value.fields == {}
    assert takings(shop) == 0
    assert not PaymentRequest.objects.exists()


@pytest.mark.django_db
def test_a_declined_code_can_be_charged_less(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=1000)
    code = draw_pay_code(member=member, at=at).code
    with pytest.raises(rules.CustomerCannotPay):
        charge(shop=shop, code=code, amount_minor=1001, at=at)

    assert charge(shop=shop, code=code, amount_minor=1000, at=at).status == "paid"


@pytest.mark.django_db
def test_the_same_key_charges_once_and_answers_the_same(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=9000)
    code = draw_pay_code(member=member, at=at).code
    first = charge(shop=shop, code=code, at=at, key="key-12345678")

    later = at + dt.timedelta(hours=1)
    assert charge(shop=shop, code=code, at=later, key="key-12345678") == first
    with pytest.raises(KeyReused):
        charge(shop=shop, code=code, amount_minor=2851, at=at, key="key-12345678")
    assert (cash(member), takings(shop)) == (6150, 2850)


@pytest.mark.django_db
def test_a_decline_stays_declined_under_its_key(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=100)
    code = draw_pay_code(member=member, at=at).code
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            charge(shop=shop, code=code, at=at, key="key-12345678")
        assert refused.value.code == "customer_cannot_pay"


@pytest.mark.django_db
def test_strangers_charge_nothing(at) -> None:
    shop, other, member = make_shop(), make_shop(name="别家"), make_member()
    code = draw_pay_code(member=member, at=at).code

    with pytest.raises(StoreUnknown):
        charge(shop=shop, code=code, at=at, staff=other.owner)
    assert cash(member) == 100_000
    assert charge(shop=shop, code=code, at=at).status == "paid"


@pytest.mark.django_db(transaction=True)
def test_sixteen_scanners_charge_one_code_once(at) -> None:
    shop, member = make_shop(), make_member(balance_minor=900_000)
    code = draw_pay_code(member=member, at=at).code

    def scan(_: int) -> str:
        try:
            return charge(shop=shop, code=code, at=at).status
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(scan, range(16)))

    assert answers.count("paid") == 1
    assert answers.count("pay_code_used") == 15
    assert (cash(member), takings(shop)) == (897_150, 2850)
