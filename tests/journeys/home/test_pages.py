"""The landing for visitors and the home page of members."""

import gzip

import pytest
from django.contrib.staticfiles import finders

from foundation import clock
from foundation.db import entry
from foundation.web import Look
from members.profile import actions as profiles
from members.profile.actions import NewNotice
from tests.factories.merchants import make_user
from tests.factories.wallet import make_member, make_request, make_shop, yuan

pytestmark = pytest.mark.django_db

SENIOR = "large||"
KIB = 1024


@pytest.fixture
def member(client):
    member = make_member(balance_minor=123_450)
    entry(profiles.create_profile)(
        user_id=member.id,
        display_name="王阿姨",
        look=Look(),
        language="zh-hans",
        at=clock.now(),
    )
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    return member


def test_a_visitor_learns_what_it_is_and_where_to_begin(client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/join/phone/"' in page.text
    assert 'href="/accounts/login/"' in page.text


def test_a_member_goes_on_to_the_wallet(client, member) -> None:
    assert client.get("/").url == "/w/"


def test_a_visitor_of_the_wallet_signs_in_first(client) -> None:
    assert client.get("/w/").url == "/accounts/login/?next=/w/"
    assert client.post("/w/balance/", {"balance": "shown"}).status_code == 302


def test_home_greets_and_hides_the_balance(client, member) -> None:
    page = client.get("/w/").text
    assert "Hello, 王阿姨" in page
    assert "Hidden" in page
    assert "1,234.50" not in page


def test_a_member_without_a_profile_is_greeted_all_the_same(client) -> None:
    client.force_login(make_user())
    client.cookies["django_language"] = "en"
    assert "<h1>Hello</h1>" in client.get("/w/").text


def test_the_balance_is_shown_once_and_hidden_on_reload(client, member) -> None:
    shown = client.post("/w/balance/", {"balance": "shown"}, follow=True).text
    assert "¥1,234.50" in shown
    assert "1,234.50" not in client.get("/w/").text


def test_the_balance_comes_as_a_part_where_scripts_run(client, member) -> None:
    part = client.post("/w/balance/", {"balance": "shown"}, headers={"HX-Request": "true"})
    assert "¥1,234.50" in part.text
    assert "<html" not in part.text
    hidden = client.post("/w/balance/", {"balance": "hidden"}, headers={"HX-Request": "true"})
    assert "1,234.50" not in hidden.text
    assert "Hidden" in hidden.text


def test_an_empty_wallet_shows_zero(client) -> None:
    client.force_login(make_user())
    part = client.post("/w/balance/", {"balance": "shown"}, headers={"HX-Request": "true"})
    assert "¥0.00" in part.text


def test_the_ways_exist_and_none_is_a_dead_end(client, member) -> None:
    page = client.get("/w/").text
    for path in ("code", "scan", "topup", "history", "notices", "safety", "settings", "help"):
        assert f'href="/w/{path}/"' in page
        assert client.get(f"/w/{path}/").status_code == 200, path
    for later in ("transfer", "family"):
        assert f"/w/{later}/" not in page


def test_the_senior_version_has_fewer_words(client, member) -> None:
    standard = client.get("/w/").text
    client.cookies["look"] = SENIOR
    senior = client.get("/w/").text
    assert 'data-size="large"' in senior
    assert "Leave senior version" in senior
    assert len(senior) < len(standard)


def test_unread_notices_are_counted(client, member) -> None:
    assert " new<" not in client.get("/w/").text
    uid = member.uid
    notice = NewNotice(member.id, "paid", uid, uid, "兰姨面馆", 100, "CNY", clock.now())
    entry(profiles.write_notices)(notices=[notice])
    assert "1 new" in client.get("/w/").text


def test_a_payment_that_waits_is_said_first(client, member) -> None:
    shop = make_shop()
    waiting = make_request(
        payee=shop.payee,
        amount=yuan("300"),
        scene="pay_code",
        payer=member,
        at=clock.now(),
    )
    page = client.get("/w/").text
    assert "兰姨面馆 asks for ¥300.00." in page
    assert f'href="/w/pay/{waiting.uid}/"' in page


def test_an_owner_finds_the_shop(client, member) -> None:
    assert 'href="/m/"' not in client.get("/w/").text
    client.force_login(make_shop().owner)
    assert 'href="/m/"' in client.get("/w/").text


def test_queries_of_home(client, member, django_assert_num_queries) -> None:
    # Session, user, profile, notices, what waits, stores.
    with django_assert_num_queries(6):
        client.get("/w/")
    client.cookies["balance"] = "shown"
    with django_assert_num_queries(8):  # and the account and its balance
        client.get("/w/")


def test_home_is_light(client, member) -> None:
    page = client.get("/w/")
    names = set()
    for part in page.text.split('"'):
        if part.startswith("/static/"):
            names.add(part.removeprefix("/static/"))
    assert len(names) >= 5
    sent = len(gzip.compress(page.content))
    assert sent <= 15 * KIB
    for name in names:
        with open(finders.find(name), "rb") as file:
            sent += len(gzip.compress(file.read()))
    assert sent <= 60 * KIB
