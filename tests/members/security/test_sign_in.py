"""Signing in by a code: by browser, and by a client app."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.test import Client

from foundation.users.models import User
from foundation.web import Look
from tests.factories.members import (
    OPENED,
    code_sent_to,
    new_phone,
    open_member,
    signed_in,
    texts_to,
    wrong,
)

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_code_signs_in_and_brings_look_and_language(browser) -> None:
    user = open_member(look=Look("xlarge", "high", True), language="zh-hans")
    assert browser.post(LOGIN, {"login": user.phone[3:]}).url == CONFIRM
    assert "6 digits" in browser.get(CONFIRM).text
    answer = browser.post(CONFIRM, {"code": code_sent_to(user.phone)})
    assert answer.url == "/w/"
    assert browser.session["_auth_user_id"] == str(user.pk)
    assert answer.cookies["look"].value == "xlarge|high|voice"
    assert answer.cookies["django_language"].value == "zh-hans"


def test_the_page_that_wanted_it_comes_next(browser) -> None:
    user = open_member()
    asked = browser.get("/w/notices/")
    assert asked.url == f"{LOGIN}?next=/w/notices/"
    sent = browser.post(asked.url, {"login": user.phone, "next": "/w/notices/"})
    answer = browser.post(sent.url, {"code": code_sent_to(user.phone), "next": "/w/notices/"})
    assert answer.url == "/w/notices/"


def test_it_leads_nowhere_else(browser) -> None:
    user = open_member()
    away = {"next": "https://evil.example/"}
    browser.post(LOGIN, {"login": user.phone, **away})
    assert browser.post(CONFIRM, {"code": code_sent_to(user.phone), **away}).url == "/w/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Please fill in: Mobile number"),
        ("12", "not a complete mobile number"),
        ("x@example.com", "not a complete mobile number"),
    ],
)
def test_a_wrong_number_says_why(browser, typed, says) -> None:
    answer = browser.post(LOGIN, {"login": typed})
    assert says in answer.text
    assert not is_in(browser)


def test_an_unknown_number_looks_the_same(browser) -> None:
    phone = new_phone()
    assert browser.post(LOGIN, {"login": phone}).url == CONFIRM
    assert "We have sent a message" in browser.get(CONFIRM).text
    assert texts_to(phone) == [
        "[通宝] Somebody tried to sign in with your number, which has no wallet yet."
        " You can open one at http://127.0.0.1:8000/join/phone/."
    ]
    assert browser.post(CONFIRM, {"code": "123456"}).status_code == 200
    assert not is_in(browser)
    assert User.objects.count() == 0


def test_a_closed_account_gets_no_code(browser) -> None:
    user = open_member()
    User.objects.filter(pk=user.pk).update(is_active=False)
    browser.post(LOGIN, {"login": user.phone})
    assert "has no wallet yet" in texts_to(user.phone)[0]


def test_five_wrong_codes_begin_again(browser) -> None:
    user = open_member()
    browser.post(LOGIN, {"login": user.phone})
    code = code_sent_to(user.phone)
    for _ in range(4):
        answer = browser.post(CONFIRM, {"code": wrong(code)})
        assert "This code is not right" in answer.text
    assert browser.post(CONFIRM, {"code": wrong(code)}).url == "/accounts/login/code/"
    assert "wrong too often" in browser.get("/accounts/login/code/").text
    assert browser.post(CONFIRM, {"code": code}).status_code == 302
    assert not is_in(browser)


def test_a_code_lasts_fifteen_minutes(browser) -> None:
    user = open_member()
    with time_machine.travel(OPENED, tick=False):
        browser.post(LOGIN, {"login": user.phone})
    code = code_sent_to(user.phone)
    with time_machine.travel(OPENED + dt.timedelta(minutes=15, seconds=1), tick=False):
        assert browser.post(CONFIRM, {"code": code}).url == "/accounts/login/code/"
        assert not is_in(browser)


def test_a_new_code_voids_the_one_before(browser) -> None:
    user = open_member()
    browser.post(LOGIN, {"login": user.phone})
    first = code_sent_to(user.phone)
    browser.post(CONFIRM, {"action": "resend"})
    assert len(texts_to(user.phone)) == 2
    newest = code_sent_to(user.phone)
    if newest != first:
        browser.post(CONFIRM, {"code": first})
        assert not is_in(browser)
    browser.post(CONFIRM, {"code": newest})
    assert is_in(browser)


def test_one_number_gets_three_codes_a_minute(browser) -> None:
    user = open_member()
    for _ in range(5):
        client = Client()
        client.post(LOGIN, {"login": user.phone})
    assert len(texts_to(user.phone)) == 3


def test_a_second_factor_is_asked_for(browser) -> None:
    user = open_member()
    TOTP.activate(user, generate_totp_secret())
    browser.post(LOGIN, {"login": user.phone})
    answer = browser.post(CONFIRM, {"code": code_sent_to(user.phone)})
    assert answer.url == "/accounts/2fa/authenticate/"
    assert "One more proof" in browser.get(answer.url).text
    browser.post(answer.url, {"code": "000000"})
    assert not is_in(browser)


def test_no_weixin_unless_it_is_configured(browser) -> None:
    page = browser.get(LOGIN).text
    assert "WeChat" not in page
    assert "Sign in by fingerprint or face" in page
    assert 'type="password"' not in page


def test_nobody_signs_up_by_the_library(browser) -> None:
    assert "four short steps" in browser.get("/accounts/signup/").text
    browser.post("/accounts/signup/", {"phone": new_phone()})
    assert User.objects.count() == 0


def test_signing_out_takes_a_tap() -> None:
    client = signed_in(open_member())
    assert "Sign out?" in client.get("/accounts/logout/").text
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_other_devices_are_signed_out(browser) -> None:
    user = open_member()
    clients = [Client(), Client()]
    for number, client in enumerate(clients):
        with time_machine.travel(OPENED + dt.timedelta(minutes=number), tick=False):
            client.post(LOGIN, {"login": user.phone})
            client.post(CONFIRM, {"code": code_sent_to(user.phone)})
    assert UserSession.objects.filter(user=user).count() == 2
    with time_machine.travel(OPENED + dt.timedelta(minutes=3), tick=False):
        page = clients[1].get("/accounts/sessions/", headers={"accept-language": "en"})
        assert page.status_code == 200
        clients[1].post("/accounts/sessions/")
        assert clients[0].get("/w/notices/").status_code == 302
        assert clients[1].get("/w/notices/").status_code == 200


def test_a_new_phone_number_is_proven_and_told_to_the_old_one(browser) -> None:
    user, new = open_member(), new_phone()
    old = user.phone
    browser.post(LOGIN, {"login": old})
    browser.post(CONFIRM, {"code": code_sent_to(old)})
    assert browser.post("/accounts/phone/change/", {"phone": new}).url == "/accounts/phone/verify/"
    user.refresh_from_db()
    assert user.phone == old  # not before the code
    browser.post("/accounts/phone/verify/", {"code": code_sent_to(new)})
    user.refresh_from_db()
    assert user.phone == new
    assert "belongs to another phone number" in texts_to(old)[0]


def test_a_taken_number_stays_where_it_is(browser) -> None:
    user, other = open_member(), open_member()
    browser.post(LOGIN, {"login": user.phone})
    browser.post(CONFIRM, {"code": code_sent_to(user.phone)})
    answer = browser.post("/accounts/phone/change/", {"phone": other.phone})
    assert answer.url == "/accounts/phone/verify/"  # strangers learn nothing without the code
    answer = browser.post(answer.url, {"code": code_sent_to(other.phone)})
    assert "belongs to another wallet" in answer.text
    user.refresh_from_db()
    assert user.phone != other.phone


APP = "/_allauth/app/v1/auth/code/"


def app_post(path: str, body: dict, token: str = ""):
    headers = {"X-Session-Token": token} if token else {}
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_an_app_signs_in_by_a_code() -> None:
    user = open_member()
    asked = app_post(APP + "request", {"phone": user.phone})
    assert asked.status_code == 401
    token = asked.json()["meta"]["session_token"]
    missed = app_post(APP + "confirm", {"code": wrong(code_sent_to(user.phone))}, token)
    assert missed.status_code == 400
    assert Client().get("/api/v1/accounts/", headers={"X-Session-Token": token}).status_code == 401

    answer = app_post(APP + "confirm", {"code": code_sent_to(user.phone)}, token)

    assert answer.status_code == 200
    assert answer.json()["meta"]["is_authenticated"] is True
    token = answer.json()["meta"].get("session_token", token)
    accounts = Client().get("/api/v1/accounts/", headers={"X-Session-Token": token})
    assert accounts.status_code == 200
    me = Client().get("/api/v1/me/", headers={"X-Session-Token": token})
    assert me.json()["uid"] == str(user.uid)


def test_an_app_cannot_open_a_wallet_by_the_library() -> None:
    app_post("/_allauth/app/v1/auth/signup", {"phone": new_phone()})
    assert User.objects.count() == 0


def test_an_app_with_an_old_session_changes_no_phone() -> None:
    user = open_member()
    with time_machine.travel(OPENED, tick=False):
        token = app_post(APP + "request", {"phone": user.phone}).json()["meta"]["session_token"]
        answer = app_post(APP + "confirm", {"code": code_sent_to(user.phone)}, token)
        token = answer.json()["meta"].get("session_token", token)
    with time_machine.travel(OPENED + dt.timedelta(minutes=6), tick=False):
        change = Client().post(
            "/_allauth/app/v1/account/phone",
            {"phone": new_phone()},
            content_type="application/json",
            headers={"X-Session-Token": token},
        )
    assert change.status_code == 401
    user.refresh_from_db()
    assert user.phone_verified_at is not None


def test_who_has_a_second_factor_proves_it_by_that() -> None:
    user = open_member()
    TOTP.activate(user, generate_totp_secret())
    asked = signed_in(user).get("/w/settings/pin/forgotten/")
    assert asked.url.startswith("/accounts/2fa/reauthenticate/?next=")
    assert texts_to(user.phone) == []  # a code alone is weaker than what this member chose
