"""The pay code on the member's phone, and what the page says when a shop has scanned it."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.utils import translation

from foundation.web import say
from journeys.counter import actions as counter
from merchants.stores.queries import Worker
from tests.factories.wallet import NOON, make_member, make_shop, set_limits, yuan
from wallet.payments import rules
from wallet.payments.models import Payment, PaymentRequest
from wallet.payments.rules import is_pay_code
from wallet.risk.rules import Limits

pytestmark = pytest.mark.django_db


def english(refusal) -> str:
    """Return the refusal's sentence as an English reader sees it."""
    with translation.override("en"):
        return say(refusal)


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def member(client):
    member = make_member(balance_minor=100_000)
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    return member


def code_on(response) -> str:
    shown = re.search(r"<figcaption>([\d ]+)</figcaption>", response.text)[1]
    assert re.fullmatch(r"(\d{4} ){4}\d{2}", shown)
    return shown.replace(" ", "")


def status_url(response) -> str:
    return re.search(r'hx-get="(/w/code/status/[^"]+)"', response.text)[1]


def charge(shop, code: str, amount: str, at: dt.datetime = NOON):
    return counter.charge_pay_code(
        client="c",
        key=uuid.uuid4().hex,
        staff=Worker.of(shop.owner),
        store_uid=shop.store.uid,
        code=code,
        amount=yuan(amount),
        note="",
        at=at,
    )


def test_a_code_is_shown_as_bars_as_a_square_and_as_digits(client, member) -> None:
    with time_machine.travel(NOON, tick=False):
        page = client.get("/w/code/")
    assert is_pay_code(code_on(page))
    assert page.text.count("<figure") == 2
    assert "style=" not in page.text
    assert "¥200.00" in page.text  # what is paid at once, without a PIN
    assert 'hx-trigger="every 60s"' in page.text
    assert 'href="/w/code/"' in page.text  # the way without scripts


def test_the_next_code_leaves_the_last_one_valid(client, member, shop) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = code_on(client.get("/w/code/"))
        clock.shift(60)
        second = code_on(client.get("/w/code/next/"))
        assert first != second
        charge(shop, first, "5", NOON + dt.timedelta(seconds=61))
    assert Payment.objects.get().amount_minor == 500


def test_what_is_paid_at_once_is_said(client, member, shop) -> None:
    with time_machine.travel(NOON, tick=False):
        page = client.get("/w/code/")
        url = status_url(page)
        assert client.get(url).status_code == 204
        charge(shop, code_on(page), "28.50")
        told = client.get(url)
        for text in ("Paid", "¥28.50", "兰姨面馆", "data-final", 'id="code" hx-swap-oob'):
            assert text in told.text
        # Without scripts the page itself says it when it is opened again.
        again = client.get("/w/code/").text
        assert "You paid ¥28.50 to 兰姨面馆." in again
    with time_machine.travel(NOON + dt.timedelta(minutes=3), tick=False):
        assert "You paid" not in client.get("/w/code/").text


def test_a_payment_by_another_way_is_not_the_codes(client, member, shop) -> None:
    with time_machine.travel(NOON, tick=False):
        url = status_url(client.get("/w/code/"))
        client.post(f"/w/shop/{shop.payee.number}/", {"amount": "5", "note": ""})
        request = PaymentRequest.objects.get()
        client.post(f"/w/pay/{request.uid}/", {"key": uuid.uuid4().hex})
        assert Payment.objects.exists()
        assert client.get(url).status_code == 204


def test_what_needs_the_pin_leads_to_the_check_page(client, member, shop) -> None:
    with time_machine.travel(NOON, tick=False):
        page = client.get("/w/code/")
        charge(shop, code_on(page), "300")
        check = f"/w/pay/{PaymentRequest.objects.get().uid}/"
        assert client.get(status_url(page))["HX-Redirect"] == check
        assert client.get("/w/code/").url == check


def test_another_member_learns_nothing(client, member, shop) -> None:
    with time_machine.travel(NOON, tick=False):
        page = client.get("/w/code/")
        charge(shop, code_on(page), "28.50")
        client.force_login(make_member().user)
        assert client.get(status_url(page)).status_code == 204


@pytest.mark.parametrize("since", ["", "NaN", "1e400", "x", "-1e18", "１２"])
def test_a_strange_address_of_the_status_is_harmless(client, member, since) -> None:
    assert client.get("/w/code/status/", {"since": since}).status_code == 204


def test_too_many_codes_are_refused_in_words(client, member) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(rules.PAY_CODES_AT_MOST):
            client.get("/w/code/next/")
        page = client.get("/w/code/")
    assert english(rules.TooManyPayCodes()) in page.text
    assert "<figure" not in page.text


def test_the_members_own_one_tap_limit_is_named(client, member) -> None:
    set_limits(member=member, limits=Limits(one_tap_minor=5_000))
    assert "Up to ¥50.00 is paid at once" in client.get("/w/code/").text


def test_queries_of_the_pay_code(client, member, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):  # session, user, what waits, the last payment
        client.get("/w/code/status/")
    with django_assert_num_queries(10):  # … limits; the code: savepoint, lock, count, insert
        client.get("/w/code/")
