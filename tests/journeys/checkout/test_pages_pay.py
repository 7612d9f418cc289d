"""Check, PIN, done: the whole journey of a payment on pages, and everything that stops it."""

import datetime as dt
import html
import re
import uuid

import pytest
import time_machine
from django.utils import translation

from foundation.idempotency.actions import new_key
from foundation.money import Money
from foundation.web import say
from journeys.checkout import actions
from journeys.checkout.rules import BalanceTooLow, PageUsedBefore
from members.security import actions as security
from members.security.rules import PinLocked, PinNotSet, WrongPin
from merchants.stores.rules import StoreUnknown
from tests.factories.merchants import make_user
from tests.factories.wallet import (
    NOON,
    in_entry,
    make_member,
    make_request,
    make_shop,
    set_limits,
    snapshot,
    yuan,
)
from wallet.payments import rules
from wallet.payments.models import Payment, PaymentRequest
from wallet.risk import actions as risk
from wallet.risk.rules import DailyLimit, Limits, PerPaymentLimit, WalletFrozen

pytestmark = pytest.mark.django_db

PIN = "864209"
LANGUAGES = ["en", "zh-hans"]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture
def shop():
    return make_shop()


def member_of(client, language: str = "en", *, balance_minor: int = 100_000):
    member = make_member(balance_minor=balance_minor)
    client.force_login(member.user)
    client.cookies["django_language"] = language
    return member


def page(client, uid, rest: str = ""):
    return client.get(f"/w/pay/{uid}/{rest}")


def key_in(response) -> str:
    return re.search(r'name="key" value="([^"]+)"', response.text)[1]


def pay(client, uid, *, key: str | None = None, **more: str):
    return client.post(f"/w/pay/{uid}/", {"key": key or new_key()} | more)


def says(response, refusal, language: str) -> bool:
    with translation.override(language):
        return say(refusal) in html.unescape(response.text)


def give_pin(member) -> None:
    in_entry(security.set_pin, user_id=member.id, pin=PIN, phone="", at=NOON)


def test_a_small_payment_is_checked_paid_and_shown(client, shop) -> None:
    member = member_of(client)
    request = make_request(payee=shop.payee, amount=yuan("28.50"), note="2 碗面")

    checked = page(client, request.uid)

    assert checked.status_code == 200
    for text in ("兰姨面馆", "¥28.50", "2 碗面", "twenty-eight yuan", "Pay ¥28.50", "Do not pay"):
        assert text in html.unescape(checked.text)
    assert "no-store" in checked["Cache-Control"]

    paid = pay(client, request.uid, key=key_in(checked))

    assert paid.url == f"/w/pay/{request.uid}/done/"
    done = client.get(paid.url)
    payment = Payment.objects.get()
    grouped = " ".join(re.findall(".{4}", payment.reference))
    for text in ("Paid", "¥28.50", grouped, "twenty-eight yuan", "Get help"):
        assert text in done.text
    assert member.balance_minor == 97_150


def test_the_amount_is_in_capital_characters_in_chinese(client, shop) -> None:
    member_of(client, "zh-hans")
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    assert "贰拾捌元伍角" in page(client, request.uid).text
    pay(client, request.uid)
    assert "贰拾捌元伍角" in page(client, request.uid, "done/").text


def test_above_the_one_tap_limit_the_pin_has_a_page_of_its_own(client, shop) -> None:
    member = member_of(client)
    give_pin(member)
    request = make_request(payee=shop.payee, amount=yuan("200.01"))
    assert f'href="/w/pay/{request.uid}/pin/"' in page(client, request.uid).text
    assert pay(client, request.uid).url == f"/w/pay/{request.uid}/pin/"
    assert not Payment.objects.exists()

    asked = page(client, request.uid, "pin/")
    assert 'type="password"' in asked.text
    assert f'action="/w/pay/{request.uid}/"' in asked.text
    paid = pay(client, request.uid, key=key_in(asked), pin=PIN)

    assert paid.url == f"/w/pay/{request.uid}/done/"
    assert member.balance_minor == 100_000 - 20_001


def test_sent_twice_it_is_paid_once(client, shop) -> None:
    member = member_of(client)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    key = key_in(page(client, request.uid))
    first, second = (pay(client, request.uid, key=key) for _ in range(2))
    third = pay(client, request.uid)  # from another tab, with another key

    assert first.url == second.url == third.url == f"/w/pay/{request.uid}/done/"
    assert Payment.objects.count() == 1
    assert member.balance_minor == 97_150


def test_back_after_paying_shows_the_receipt(client, shop) -> None:
    member_of(client)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    pay(client, request.uid)
    for rest in ("", "pin/", "status/"):
        assert page(client, request.uid, rest).url == f"/w/pay/{request.uid}/done/"


def test_a_session_that_ended_comes_back_to_the_check_page(client, shop) -> None:
    member_of(client)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    client.logout()
    answer = pay(client, request.uid, pin=PIN)
    assert answer.url.endswith(f"?next=/w/pay/{request.uid}/")
    assert not Payment.objects.exists()


def test_a_key_of_another_payment_moves_nothing(client, shop, language) -> None:
    member_of(client, language)
    first, second = (make_request(payee=shop.payee, amount=yuan("28.50")) for _ in range(2))
    key = key_in(page(client, first.uid))
    pay(client, first.uid, key=key)
    before = snapshot()

    answer = pay(client, second.uid, key=key)

    assert says(answer, PageUsedBefore(), language)
    assert answer.status_code == 422
    assert snapshot() == before
    assert pay(client, second.uid, key=key_in(answer)).url.endswith("/done/")


@pytest.mark.parametrize("given", ["975310", "12345", "１２３４５６", "abcdef", "0" * 41])
def test_a_wrong_pin_moves_nothing_and_can_be_mended(client, shop, given) -> None:
    member = member_of(client)
    give_pin(member)
    request = make_request(payee=shop.payee, amount=yuan("300"))
    before = snapshot()

    answer = pay(client, request.uid, pin=given)

    assert answer.status_code == 422
    assert snapshot() == before
    if given == "975310":
        assert says(answer, WrongPin("pin", tries_left=2), "en")
    else:
        assert "exactly 6 digits" in answer.text
    assert given not in answer.text
    assert pay(client, request.uid, key=key_in(answer), pin=PIN).url.endswith("/done/")


def test_an_empty_pin_is_asked_for_again(client, shop) -> None:
    give_pin(member_of(client))
    request = make_request(payee=shop.payee, amount=yuan("300"))
    answer = pay(client, request.uid, pin="")
    assert answer.status_code == 422
    assert "Enter your 6-digit payment PIN." in answer.text


def test_a_locked_pin_says_until_when(client, shop, language) -> None:
    give_pin(member_of(client, language))
    request = make_request(payee=shop.payee, amount=yuan("300"))
    before = snapshot()
    for _ in range(3):
        answer = pay(client, request.uid, pin="975310")
    assert says(answer, PinLocked("pin", until=NOON + dt.timedelta(minutes=1)), language)
    assert says(
        pay(client, request.uid, pin=PIN),
        PinLocked("pin", until=NOON + dt.timedelta(minutes=1)),
        language,
    )
    assert snapshot() == before


def test_without_a_pin_the_check_page_leads_to_setting_one(client, shop, language) -> None:
    member_of(client, language)
    request = make_request(payee=shop.payee, amount=yuan("300"))
    for rest in ("", "pin/"):
        assert says(page(client, request.uid, rest), PinNotSet("pin"), language)


def test_a_balance_too_low_offers_the_missing_sum(client, shop, language) -> None:
    member_of(client, language, balance_minor=1_000)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    before = snapshot()

    checked = page(client, request.uid)

    assert says(checked, BalanceTooLow(missing=yuan("18.50")), language)
    link = f"/w/topup/?amount=18.50&payment={request.uid}"
    assert link in html.unescape(checked.text)
    offered = client.get(link)
    assert 'value="18.50"' in offered.text
    sent_all_the_same = pay(client, request.uid)
    assert sent_all_the_same.status_code == 422
    assert link in html.unescape(sent_all_the_same.text)
    assert snapshot() == before


def test_a_member_without_an_account_is_short_of_everything(client, shop) -> None:
    client.force_login(make_user())
    client.cookies["django_language"] = "en"
    request = make_request(payee=shop.payee, amount=yuan("0.50"))
    checked = page(client, request.uid)
    assert says(checked, BalanceTooLow(missing=yuan("0.50")), "en")
    # The least that can be put in is ¥1.
    assert "amount=1.00" in checked.text


def test_limits_are_said_before_any_pin(client, shop, language) -> None:
    member = member_of(client, language, balance_minor=2_000_000)
    dear = make_request(payee=shop.payee, amount=yuan("5000.01"))
    before = snapshot()
    expected = PerPaymentLimit("amount", limit=yuan("5000"))
    for answer in (page(client, dear.uid), page(client, dear.uid, "pin/"), pay(client, dear.uid)):
        assert says(answer, expected, language)
    assert snapshot() == before

    set_limits(member=member, limits=Limits(10_000, 20_000, 20_000))
    small = make_request(payee=shop.payee, amount=yuan("100"))
    pay(client, small.uid)
    more = make_request(payee=shop.payee, amount=yuan("100.01"))
    assert says(
        page(client, more.uid),
        DailyLimit("amount", limit=yuan("200"), left=yuan("100")),
        language,
    )


def test_a_frozen_wallet_leads_to_help(client, shop, language) -> None:
    member = member_of(client, language)
    in_entry(risk.freeze, user_id=member.id, at=NOON)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    before = snapshot()
    for answer in (page(client, request.uid), pay(client, request.uid)):
        assert says(answer, WalletFrozen(frozen_at=NOON), language)
    assert snapshot() == before


def test_an_expired_request_says_so(client, shop, language) -> None:
    member_of(client, language)
    request = make_request(
        payee=shop.payee, amount=yuan("28.50"), at=NOON - dt.timedelta(minutes=15)
    )
    before = snapshot()
    for answer in (page(client, request.uid), pay(client, request.uid)):
        assert answer.status_code == 409
        assert says(answer, rules.RequestExpired(), language)
    assert snapshot() == before


def test_a_cancelled_request_says_so(client, shop, language) -> None:
    member = member_of(client, language)
    request = make_request(payee=shop.payee, amount=yuan("28.50"), scene="static", payer=member)
    actions.cancel(payer=member, request_uid=request.uid, at=NOON)
    answer = page(client, request.uid)
    assert answer.status_code == 409
    assert says(answer, rules.RequestCancelled(), language)


def test_a_request_that_somebody_else_paid_is_nobody_elses_business(client, shop) -> None:
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    member_of(client)
    pay(client, request.uid)
    member_of(client)
    before = snapshot()
    assert page(client, request.uid).status_code == 404
    assert pay(client, request.uid).status_code == 404
    assert snapshot() == before


def test_the_own_shop_cannot_be_paid(client, shop, language) -> None:
    client.force_login(shop.owner)
    client.cookies["django_language"] = language
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    before = snapshot()
    answers = (
        page(client, request.uid),
        pay(client, request.uid),
        client.get(f"/w/shop/{shop.payee.number}/"),
    )
    for answer in answers:
        assert answer.status_code == 409
        assert says(answer, rules.OwnShop(), language)
    assert snapshot() == before


def test_a_foreign_currency_is_refused(client, language) -> None:
    member_of(client, language)
    shop = make_shop(currency="JPY")
    request = make_request(payee=shop.payee, amount=Money(500, "JPY"))
    before = snapshot()
    expected = rules.WrongCurrency(wanted="JPY", given="CNY")
    for answer in (page(client, request.uid), pay(client, request.uid)):
        assert says(answer, expected, language)
    assert snapshot() == before


def test_an_unknown_request_is_a_page_not_found(client, shop) -> None:
    member_of(client)
    unknown = uuid.uuid4()
    for rest in ("", "pin/", "status/", "live/"):
        answer = page(client, unknown, rest)
        assert answer.status_code == 404
        assert says(answer, rules.RequestUnknown(), "en")


def test_not_paying_ends_what_waits_for_me_alone(client, shop) -> None:
    member = member_of(client)
    mine = make_request(payee=shop.payee, amount=yuan("28.50"), scene="static", payer=member)
    answer = client.post(f"/w/pay/{mine.uid}/refusal/", follow=True)
    assert "You did not pay. No money was moved." in answer.text
    assert PaymentRequest.objects.get(uid=mine.uid).status == "cancelled"

    shops = make_request(payee=shop.payee, amount=yuan("28.50"))
    client.post(f"/w/pay/{shops.uid}/refusal/")
    assert PaymentRequest.objects.get(uid=shops.uid).status == "open"


def test_what_is_not_known_is_never_called_failed(client, shop) -> None:
    member_of(client)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    unknown = page(client, request.uid, "status/")
    assert "Not certain yet" in unknown.text
    assert "Not paid" not in unknown.text
    live = f"/w/pay/{request.uid}/live/"
    assert client.get(live, {"seen": "open"}).status_code == 204
    pay(client, request.uid)
    assert client.get(live, {"seen": "open"})["HX-Redirect"] == f"/w/pay/{request.uid}/done/"


def test_a_request_that_ran_out_unpaid_is_final(client, shop) -> None:
    member_of(client)
    request = make_request(
        payee=shop.payee, amount=yuan("28.50"), at=NOON - dt.timedelta(minutes=16)
    )
    part = client.get(f"/w/pay/{request.uid}/live/", {"seen": "open"})
    assert "was not paid. No money was moved." in part.text
    assert "data-final" in part.text


BAD_AMOUNTS = [
    ("", "Enter the amount"),
    ("NaN", "Enter the amount with digits"),
    ("1e400", "Enter the amount with digits"),
    ("1.005", "at most 2 digits after the dot"),
    ("１２", "full-width"),
    ("-5", "more than zero"),
    ("0", "more than zero"),
    ("100000000.01", "too large"),
]


@pytest.mark.parametrize(("amount", "sentence"), BAD_AMOUNTS)
def test_an_amount_that_is_none_opens_nothing(client, shop, amount, sentence) -> None:
    member_of(client)
    before = snapshot()
    answer = client.post(f"/w/shop/{shop.payee.number}/", {"amount": amount, "note": ""})
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # in the summary and at the field
    assert snapshot() == before


def test_a_standing_code_goes_by_the_amount_to_the_check(client, shop) -> None:
    member = member_of(client)
    answer = client.post(f"/w/shop/{shop.payee.number}/", {"amount": "12.5", "note": "包子"})
    request = PaymentRequest.objects.get()
    assert answer.url == f"/w/pay/{request.uid}/"
    assert (request.amount_minor, request.note, request.payer_id) == (1250, "包子", member.id)
    assert "包子" in client.get(answer.url).text


def test_hidden_characters_in_the_note_are_refused(client, shop) -> None:
    member_of(client)
    data = {"amount": "1", "note": "a\u202eb"}
    answer = client.post(f"/w/shop/{shop.payee.number}/", data)
    assert answer.status_code == 422
    assert "hidden characters" in answer.text
    assert not PaymentRequest.objects.exists()


@pytest.mark.parametrize("number", ["1000000017", "0000000000", "１００００００００１", "abc"])
def test_a_shop_that_does_not_exist(client, number) -> None:
    member_of(client)
    answer = client.get(f"/w/shop/{number}/")
    assert answer.status_code == 404
    assert says(answer, StoreUnknown("number"), "en")


def test_every_page_asks_to_sign_in(client, shop) -> None:
    uid = make_request(payee=shop.payee, amount=yuan("1")).uid
    paths = ["pin/", "status/", "live/", "done/", ""]
    for path in [f"/w/pay/{uid}/{rest}" for rest in paths] + ["/w/code/", "/w/scan/"]:
        assert client.get(path).status_code == 302, path


def test_queries_of_the_payment(client, shop, django_assert_num_queries) -> None:
    member = member_of(client)
    give_pin(member)
    request = make_request(payee=shop.payee, amount=yuan("28.50"))
    big = make_request(payee=shop.payee, amount=yuan("300"))
    # Session, user, request; limits, account, balance, the day's sum, the freeze.
    with django_assert_num_queries(8):
        page(client, request.uid)
    with django_assert_num_queries(9):  # and whether there is a PIN
        page(client, big.uid, "pin/")
    pay(client, request.uid)
    with django_assert_num_queries(4):  # session, user, payment, its legs
        page(client, request.uid, "done/")
