import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.idempotency.models import IdempotencyKey
from foundation.idempotency.rules import KeyMissing, KeyReused, Replayed, StillRunning
from foundation.outbox.models import OutboxEvent
from journeys.checkout import actions
from members.security import actions as security
from members.security.rules import WrongPin
from tests.factories.merchants import make_user
from tests.factories.wallet import (
    books_balance,
    in_entry,
    make_member,
    make_request,
    make_shop,
    set_limits,
    snapshot,
    together,
    yuan,
)
from wallet.ledger.rules import InsufficientFunds
from wallet.payments import actions as payments
from wallet.payments import queries, rules
from wallet.payments.models import Payment
from wallet.risk import actions as risk
from wallet.risk import queries as limits
from wallet.risk.rules import ChallengeNeeded, DailyLimit, Limits, PerPaymentLimit, WalletFrozen

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

PIN = "864209"


def pay(member, request, at, *, key="key-00000001", pin=None):
    return actions.pay(
        client=f"user:{member.id}",
        key=key,
        payer=member,
        request_uid=request.uid,
        pin=pin,
        at=at,
    )


def give_pin(member, at):
    in_entry(security.set_pin, user_id=member.id, pin=PIN, phone=member.user.phone, at=at)


def test_small_amount_is_paid_with_one_tap(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    request = make_request(payee=shop.payee, amount=yuan("200"))

    receipt = pay(member, request, at)

    assert receipt.amount == yuan("200")
    assert member.balance_minor == 30_000
    assert limits.spent_on(user_id=member.id, at=at) == 20_000


def test_larger_amount_asks_for_the_pin_and_keeps_nothing(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    request = make_request(payee=shop.payee, amount=yuan("200.01"))
    before = snapshot()

    with pytest.raises(ChallengeNeeded):
        pay(member, request, at)

    assert snapshot() == before
    assert not IdempotencyKey.objects.exists()


def test_same_key_goes_on_with_the_pin(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    give_pin(member, at)
    request = make_request(payee=shop.payee, amount=yuan("300"))
    with pytest.raises(ChallengeNeeded):
        pay(member, request, at)

    receipt = pay(member, request, at, pin=PIN)

    assert receipt.amount == yuan("300")
    assert member.balance_minor == 20_000


def test_wrong_pin_is_counted_moves_nothing_and_leaves_the_key_free(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    give_pin(member, at)
    request = make_request(payee=shop.payee, amount=yuan("300"))
    before = snapshot()

    for _ in range(2):
        with pytest.raises(WrongPin):
            pay(member, request, at, pin="975310")

    assert snapshot() == before
    receipt = pay(member, request, at, pin=PIN)
    assert receipt.amount == yuan("300")


def test_no_pin_is_asked_for_what_is_declined_anyway(at):
    shop, member = make_shop(), make_member(balance_minor=10_000_000)
    request = make_request(payee=shop.payee, amount=yuan("5000.01"))

    with pytest.raises(PerPaymentLimit):
        pay(member, request, at)


def test_same_key_gives_the_same_receipt_and_moves_the_money_once(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))

    first = pay(member, request, at)
    second = pay(member, request, at + dt.timedelta(minutes=20))

    assert second == first
    assert member.balance_minor == 7_150
    assert OutboxEvent.objects.filter(kind="payments.captured").count() == 1


def test_replay_with_another_pin_is_the_same_payment(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    give_pin(member, at)
    request = make_request(payee=shop.payee, amount=yuan("300"))
    receipt = pay(member, request, at, pin=PIN)

    assert pay(member, request, at, pin="111111") == receipt
    assert pay(member, request, at) == receipt


def test_same_key_for_another_request_is_refused(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    pay(member, make_request(payee=shop.payee, amount=yuan("1")), at)
    other = make_request(payee=shop.payee, amount=yuan("1"))
    before = snapshot()

    with pytest.raises(KeyReused):
        pay(member, other, at)

    assert snapshot() == before


def test_key_of_the_wrong_shape_is_refused(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("1"))
    before = snapshot()

    for key in ("", "short", "x" * 101, "with space 1", "schlüssel1"):
        with pytest.raises(KeyMissing):
            pay(member, request, at, key=key)

    assert snapshot() == before


def test_decline_stays_declined_under_its_key_and_a_new_key_goes_on(at):
    shop, member = make_shop(), make_member(balance_minor=100)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    before = snapshot()

    with pytest.raises(InsufficientFunds):
        pay(member, request, at)
    assert snapshot() == before
    rich = make_member(balance_minor=10_000)
    with pytest.raises(Replayed) as replayed:
        pay(member, request, at)

    assert (replayed.value.code, replayed.value.status) == ("insufficient_funds", 409)
    assert pay(rich, request, at).amount == yuan("28.50")


@pytest.mark.parametrize(
    "ending", ["expired", "cancelled", "paid", "own", "foreign", "bound", "unknown", "frozen"]
)
def test_refusal_moves_nothing(at, ending):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    other = make_member(balance_minor=10_000)
    request = make_request(payee=shop.payee, amount=yuan("1"))
    when, refusal = at, None
    if ending == "expired":
        when, refusal = request.expires_at, rules.RequestExpired
    elif ending == "cancelled":
        in_entry(
            payments.cancel_request,
            uid=request.uid, actor=shop.owner, at=at, store_uid=shop.payee.store_uid,
        )  # fmt: skip
        refusal = rules.RequestCancelled
    elif ending == "paid":
        pay(member, request, at, key="key-of-before")
        refusal = rules.RequestAlreadyPaid
    elif ending == "own":
        member, refusal = make_owner(shop), rules.OwnShop
    elif ending == "foreign":
        abroad = make_shop(currency="JPY")
        request = make_request(payee=abroad.payee, amount=rules_money(100, "JPY"))
        refusal = rules.WrongCurrency
    elif ending == "bound":
        request = make_request(payee=shop.payee, amount=yuan("1"), scene="static", payer=other)
        refusal = rules.RequestUnknown
    elif ending == "unknown":
        request = rules.Payer(id=0, uid=uuid.uuid4())
        refusal = rules.RequestUnknown
    elif ending == "frozen":
        in_entry(risk.freeze, user_id=member.id, at=at)
        refusal = WalletFrozen
    before = snapshot()

    with pytest.raises(refusal):
        pay(member, request, when)

    assert snapshot() == before


def rules_money(amount_minor, currency):
    from foundation.money import Money

    return Money(amount_minor, currency)


def make_owner(shop):
    from tests.factories.wallet import Member, fund

    return Member(shop.owner, fund(user=shop.owner, amount=yuan("100")))


def test_member_without_an_account_has_nothing_to_pay_with(at):
    shop, user = make_shop(), make_user()
    request = make_request(payee=shop.payee, amount=yuan("1"))
    before = snapshot()

    with pytest.raises(InsufficientFunds):
        actions.pay(
            client=f"user:{user.pk}", key="key-00000001", payer=user, request_uid=request.uid, at=at
        )

    assert snapshot() == before


def test_declined_payment_does_not_count_against_the_day(at):
    shop, member = make_shop(), make_member(balance_minor=100)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))

    with pytest.raises(InsufficientFunds):
        pay(member, request, at)

    assert limits.spent_on(user_id=member.id, at=at) == 0


def test_daily_limit_ends_the_day(at):
    shop, member = make_shop(), make_member(balance_minor=10_000_000)
    set_limits(member=member, limits=Limits(10_000, 10_000, 15_000))
    pay(member, make_request(payee=shop.payee, amount=yuan("100")), at)
    request = make_request(payee=shop.payee, amount=yuan("50.01"))
    before = snapshot()

    with pytest.raises(DailyLimit) as refused:
        pay(member, request, at, key="key-00000002")

    assert refused.value.fields["left"] == yuan("50")
    assert snapshot() == before
    tomorrow = at + dt.timedelta(days=1)
    fresh = make_request(payee=shop.payee, amount=yuan("50.01"), at=tomorrow)
    assert pay(member, fresh, tomorrow, key="key-00000003").amount == yuan("50.01")


def test_static_code_is_paid_by_who_entered_the_amount(at):
    shop, member = make_shop(name="老王面馆"), make_member(balance_minor=10_000)

    request = actions.start_static(
        payer=member, store_number=shop.store.number, amount=yuan("12.50"), note="午饭", at=at
    )
    receipt = pay(member, request, at)

    assert (receipt.scene, receipt.payee_name, receipt.note) == ("static", "老王面馆", "午饭")
    assert member.balance_minor == 8_750


def test_pay_code_above_the_limit_waits_for_its_member(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    give_pin(member, at)
    issued = actions.show_pay_code(user=member, at=at)

    def charge():
        payer = payments.use_pay_code(code=issued.code, store_uid=shop.payee.store_uid, at=at)
        return payments.open_request(
            scene="pay_code", payee=shop.payee, amount=yuan("300"), at=at,
            created_by=shop.owner, payer=payer,
        )  # fmt: skip

    request = in_entry(charge)

    assert queries.find_waiting(user=member, at=at).uid == request.uid
    with pytest.raises(ChallengeNeeded):
        pay(member, request, at)
    assert pay(member, request, at, pin=PIN).amount == yuan("300")
    assert queries.find_waiting(user=member, at=at) is None


def test_member_declines_a_scanned_pay_code(at):
    shop, member = make_shop(), make_member(balance_minor=50_000)
    request = make_request(payee=shop.payee, amount=yuan("300"), scene="pay_code", payer=member)

    actions.cancel(payer=member, request_uid=request.uid, at=at)

    assert queries.request_status(uid=request.uid, at=at).status == "cancelled"
    assert member.balance_minor == 50_000


@committed
def test_sixteen_replays_of_one_key_pay_once(at):
    shop, member = make_shop(), make_member(balance_minor=100_000)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))

    results = together(16, lambda _: pay(member, request, at))

    receipts = {result for result in results if isinstance(result, rules.Receipt)}
    others = {type(result) for result in results if not isinstance(result, rules.Receipt)}
    assert len(receipts) == 1
    assert others <= {StillRunning}
    assert pay(member, request, at) in receipts
    assert Payment.objects.count() == 1
    assert member.balance_minor == 97_150
    assert books_balance()


@committed
def test_sixteen_keys_spend_one_balance(at):
    shop, member = make_shop(), make_member(balance_minor=1_000)
    requests = [make_request(payee=shop.payee, amount=yuan("1.50")) for _ in range(16)]

    results = together(16, lambda n: pay(member, requests[n], at, key=f"key-{n:08d}"))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InsufficientFunds"] * 10 + ["Receipt"] * 6
    assert member.balance_minor == 100
    assert limits.spent_on(user_id=member.id, at=at) == 900
    assert books_balance()


@committed
def test_payment_takes_eight_statements(at):
    shop, member = make_shop(), make_member(balance_minor=10_000)
    pay(member, make_request(payee=shop.payee, amount=yuan("1")), at, key="key-to-warm-up")
    request = make_request(payee=shop.payee, amount=yuan("1"))

    with CaptureQueriesContext(connection) as captured:
        pay(member, request, at)

    # Key, request, account, limits, payment, event, ledger, answer. The hot path is measured:
    # one more round trip here is a decision.
    statements = [query["sql"] for query in captured if query["sql"] not in ("BEGIN", "COMMIT")]
    assert len(statements) == 8, "\n".join(sql[:100] for sql in statements)
