"""Choosing an amount to put in, and what the page says while the bank thinks and after."""

import html
import re
import uuid

import pytest
import time_machine
from django.utils import translation

from foundation.idempotency.actions import new_key
from foundation.web import say
from tests.factories.merchants import make_user
from tests.factories.wallet import NOON, make_member, make_request, make_shop, snapshot, yuan
from wallet.funding import actions as funding
from wallet.funding.adapters import RailAnswer
from wallet.funding.models import TopUp
from wallet.funding.rules import TopUpTooSmall, TopUpUnknown

pytestmark = pytest.mark.django_db


def english(refusal) -> str:
    """Return the refusal's sentence as an English reader sees it."""
    with translation.override("en"):
        return say(refusal)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def member(client):
    member = make_member()
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    return member


def put_in(client, *, key: str | None = None, query: str = "", **fields: str):
    return client.post(f"/w/topup/{query}", {"key": key or new_key()} | fields)


def answer(top_up: TopUp, status: str) -> None:
    told = RailAnswer(
        order_uid=top_up.uid, reference="SB1", status=status, amount=yuan("100"), reason=""
    )
    funding.apply_answer(answer=told, at=NOON, source="callback")


def test_a_choice_is_put_in_and_the_bank_says_yes(client, member) -> None:
    waiting = put_in(client, choice="100.00", amount="")
    top_up = TopUp.objects.get()
    assert waiting.url == f"/w/topup/{top_up.uid}/"
    page = client.get(waiting.url).text
    assert "Waiting for your bank" in page
    live = re.search(r'hx-get="([^"]+live[^"]+)"', page)[1]
    assert client.get(html.unescape(live)).status_code == 204

    answer(top_up, "paid")

    told = client.get(live).text
    assert "The money has arrived" in told
    assert "one hundred yuan" in told
    assert "data-final" in told
    assert member.balance_minor == 10_000


def test_the_bank_says_no(client, member) -> None:
    url = put_in(client, choice="100.00", amount="").url
    answer(TopUp.objects.get(), "failed")
    page = client.get(url).text
    assert "Your bank said no" in page
    assert 'href="/w/topup/"' in page
    assert member.balance_minor == 0


def test_no_answer_is_never_called_failed(client, member) -> None:
    url = put_in(client, choice="100.00", amount="").url
    TopUp.objects.update(status="unknown")
    page = client.get(url).text
    assert "Not certain yet" in page
    assert "do not top up a second time" in page
    assert "data-final" not in page


@pytest.mark.parametrize(
    "fields",
    [{"choice": "other", "amount": "18.50"}, {"amount": "18.50"}],
    ids=["chosen", "only typed"],
)
def test_another_amount_is_put_in(client, member, fields) -> None:
    assert put_in(client, **fields).status_code == 302
    assert TopUp.objects.get().amount_minor == 1850


BAD = [
    ({"choice": "other", "amount": ""}, "Enter the amount"),
    ({"choice": "other", "amount": "NaN"}, "Enter the amount with digits"),
    ({"choice": "other", "amount": "1e400"}, "Enter the amount with digits"),
    ({"choice": "other", "amount": "1.005"}, "at most 2 digits after the dot"),
    ({"choice": "other", "amount": "１２"}, "full-width"),
    ({"choice": "other", "amount": "-5"}, "more than zero"),
    ({"choice": "other", "amount": "0"}, "more than zero"),
    ({"choice": "other", "amount": "50000.01"}, "too large"),
    ({"choice": "other", "amount": "0.99"}, english(TopUpTooSmall(minimum=yuan("1")))),
    ({"choice": "100.00", "amount": "300"}, "You chose an amount above"),
    ({"choice": "7.00", "amount": ""}, "Select a valid choice"),
    ({"amount": ""}, "Please fill in: Amount"),
]


@pytest.mark.parametrize(("fields", "sentence"), BAD)
def test_what_is_no_amount_moves_nothing(client, member, fields, sentence) -> None:
    before = snapshot()
    page = put_in(client, **fields)
    assert page.status_code == 422
    assert page.text.count(sentence) == 2  # in the summary and at the field
    assert page.text.count("<li>") == 1  # and nothing else is complained about
    assert snapshot() == before


def test_sent_twice_it_is_one_top_up(client, member) -> None:
    key = new_key()
    first, second = (put_in(client, key=key, choice="50.00", amount="") for _ in range(2))
    assert first.url == second.url
    other = put_in(client, key=key, choice="100.00", amount="")
    assert other.url != first.url
    assert sorted(TopUp.objects.values_list("amount_minor", flat=True)) == [5_000, 10_000]


def test_the_way_back_to_the_payment_is_kept(client, member) -> None:
    request = make_request(payee=make_shop().payee, amount=yuan("28.50"))
    query = f"?amount=18.50&payment={request.uid}"
    assert f'href="/w/pay/{request.uid}/"' in client.get(f"/w/topup/{query}").text
    url = put_in(client, query=query, choice="100.00", amount="").url
    answer(TopUp.objects.get(), "paid")
    page = client.get(url).text
    assert f'href="/w/pay/{request.uid}/"' in page
    assert "Back to the payment" in page


@pytest.mark.parametrize("payment", ["nowhere", "//evil.example", "../../m/"])
def test_a_strange_way_back_is_dropped(client, member, payment) -> None:
    page = client.get("/w/topup/", {"payment": payment})
    assert page.status_code == 200
    assert payment not in page.text.split("<main")[1]


def test_another_members_top_up_is_not_found(client, member) -> None:
    url = put_in(client, choice="100.00", amount="").url
    client.force_login(make_user())
    for path in (url, f"{url}live/", f"/w/topup/{uuid.uuid4()}/"):
        page = client.get(path)
        assert page.status_code == 404
        assert english(TopUpUnknown()) in page.text


def test_queries_of_a_top_up(client, member, django_assert_num_queries) -> None:
    url = put_in(client, choice="100.00", amount="").url
    for path in (url, f"{url}live/?seen=started"):
        with django_assert_num_queries(3):  # session, user, top-up
            client.get(path)
