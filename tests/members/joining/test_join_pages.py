"""Joining by browser: four steps, a saved draft, and everything that can be typed wrongly."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from foundation.users.models import User
from foundation.web import Look
from members.joining.models import JoinDraft
from members.profile.models import Profile
from members.profile.queries import find_display
from members.security.models import PaymentPin
from tests.factories.members import (
    OPENED,
    OTHER_PIN,
    PIN,
    code_sent_to,
    new_phone,
    open_member,
    signed_in,
    texts_to,
    wrong,
)
from wallet.ledger.queries import find_account
from wallet.ledger.rules import MEMBER_CASH

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.cookies["look"] = "large|high|voice"
    return client


def begin(browser: Client, phone: str | None = None) -> str:
    phone = phone or new_phone()
    answer = browser.post("/join/phone/", {"phone": phone})
    assert answer.url == "/join/code/", answer.content.decode()
    return phone


def reach_name(browser: Client) -> str:
    phone = begin(browser)
    answer = browser.post("/join/code/", {"code": code_sent_to(phone)})
    assert answer.url == "/join/name/"
    return phone


def reach_pin(browser: Client) -> str:
    phone = reach_name(browser)
    assert browser.post("/join/name/", {"display_name": "王兰"}).url == "/join/pin/"
    return phone


def finish(browser: Client, pin: str = PIN, repeated: str = ""):
    return browser.post("/join/pin/", {"pin": pin, "pin_repeated": repeated or pin})


def test_four_steps_open_a_wallet_and_sign_in(browser) -> None:
    assert "Step 1 of 4" in browser.get("/join/phone/").text
    phone = begin(browser)
    assert "Step 2 of 4" in browser.get("/join/code/").text
    browser.post("/join/code/", {"code": code_sent_to(phone)})
    assert "Step 3 of 4" in browser.get("/join/name/").text
    browser.post("/join/name/", {"display_name": "  王  兰 "})
    assert "Step 4 of 4" in browser.get("/join/pin/").text

    answer = finish(browser)

    assert answer.url == "/join/done/"
    user = User.objects.get(phone=phone)
    assert browser.session["_auth_user_id"] == str(user.pk)
    display = find_display(user_id=user.pk)
    assert display.display_name == "王 兰"
    assert display.look == Look("large", "high", True)
    assert display.language == "en"
    assert PaymentPin.objects.get(user=user).hash.startswith("argon2")
    assert find_account(code=MEMBER_CASH, owner_uid=user.uid, currency="CNY") is not None
    assert "Welcome, 王 兰." in browser.get("/join/done/").text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Please fill in: Mobile number"),
        ("12", "not a complete mobile number"),
        ("1380013800a", "not a complete mobile number"),
        ("+86 10 6552 9988", "cannot receive text messages"),
        ("138001380001380013800013800138000", "not a complete mobile number"),
        ("138\x00", "Null characters"),
    ],
)
def test_a_wrong_number_says_why(browser, typed, says) -> None:
    answer = browser.post("/join/phone/", {"phone": typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert JoinDraft.objects.count() == 0


@pytest.mark.parametrize("typed", ["138 0013 8000", "１３８００１３８０００", "+86-138-0013-8000"])
def test_a_number_may_be_written_in_any_usual_way(browser, typed) -> None:
    browser.post("/join/phone/", {"phone": typed})
    assert JoinDraft.objects.get().phone == "+8613800138000"


def test_a_code_may_be_pasted_with_spaces(browser) -> None:
    phone = begin(browser)
    code = code_sent_to(phone)
    assert browser.post("/join/code/", {"code": f" {code[:3]} {code[3:]} "}).url == "/join/name/"


def test_five_wrong_codes_void_the_code(browser) -> None:
    phone = begin(browser)
    code = code_sent_to(phone)
    for left in (4, 3, 2, 1):
        answer = browser.post("/join/code/", {"code": wrong(code)})
        assert answer.status_code == 422
        assert f"Tries left: {left}." in answer.text
    assert "wrong 5 times" in browser.post("/join/code/", {"code": wrong(code)}).text
    right = browser.post("/join/code/", {"code": code})
    assert "no longer valid" in right.text
    assert JoinDraft.objects.get().verified_at is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_is_not_counted(browser, typed) -> None:
    begin(browser)
    assert browser.post("/join/code/", {"code": typed}).status_code == 422
    assert JoinDraft.objects.get().code_tries == 0


def test_a_code_lasts_fifteen_minutes(browser) -> None:
    with time_machine.travel(OPENED, tick=False):
        phone = begin(browser)
    with time_machine.travel(OPENED + dt.timedelta(minutes=15, seconds=1), tick=False):
        late = browser.post("/join/code/", {"code": code_sent_to(phone)})
        assert "no longer valid" in late.text
    with time_machine.travel(OPENED + dt.timedelta(minutes=15), tick=False):
        in_time = browser.post("/join/code/", {"code": code_sent_to(phone)})
        assert in_time.url == "/join/name/"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Please fill in: Your name"),
        ("x" * 31, "at most 30 characters"),
        ("13800138000", "must not be a number"),
        ("www.shop.com", "must not contain a web address"),
        ("王\u202e兰", "consists of letters"),
    ],
)
def test_a_wrong_name_says_why(browser, name, says) -> None:
    reach_name(browser)
    answer = browser.post("/join/name/", {"display_name": name})
    assert answer.status_code == 422
    assert says in answer.text
    assert JoinDraft.objects.get().display_name == ""


@pytest.mark.parametrize(
    ("pin", "repeated", "says"),
    [
        ("", "", "Please fill in: Payment PIN"),
        ("12345", "12345", "exactly 6 digits"),
        ("２８４７１９", "２８４７１９", "exactly 6 digits"),
        ("123456", "123456", "counts up or down"),
        ("121212", "121212", "repeats its digits"),
        ("900314", "900314", "looks like a date"),
        ("147258", "147258", "Many people choose"),
        (PIN, OTHER_PIN, "not the same"),
    ],
)
def test_a_weak_pin_says_why_and_opens_nothing(browser, pin, repeated, says) -> None:
    reach_pin(browser)
    answer = finish(browser, pin, repeated)
    assert answer.status_code == 422
    assert says in answer.text
    assert (User.objects.count(), Profile.objects.count(), PaymentPin.objects.count()) == (0, 0, 0)
    assert "_auth_user_id" not in browser.session


def test_a_part_of_the_own_number_is_no_pin(browser) -> None:
    phone = reach_pin(browser)
    answer = finish(browser, phone[4:10])
    assert answer.status_code == 422
    assert User.objects.count() == 0


def test_no_step_can_be_jumped_over(browser) -> None:
    assert browser.get("/join/pin/").status_code == 404
    begin(browser)
    assert browser.get("/join/name/").url == "/join/code/"
    assert browser.get("/join/pin/").url == "/join/code/"
    assert browser.post("/join/name/", {"display_name": "王兰"}).url == "/join/code/"
    answer = finish(browser)
    assert "not done yet" in answer.text
    assert User.objects.count() == 0


def test_the_link_goes_on_in_another_browser(browser) -> None:
    phone = reach_name(browser)
    link = browser.get("/join/name/").context["resume_url"]
    other = Client()
    assert other.get(link).url == "/join/name/"
    other.post("/join/name/", {"display_name": "王兰"})
    assert finish(other).url == "/join/done/"
    assert User.objects.get().phone == phone


def test_a_draft_is_kept_seven_days(browser) -> None:
    with time_machine.travel(OPENED, tick=False):
        begin(browser)
    token = JoinDraft.objects.get().token
    last = OPENED + dt.timedelta(days=7)
    with time_machine.travel(last - dt.timedelta(seconds=1), tick=False):
        assert Client().get(f"/join/resume/{token}/").url == "/join/code/"
    with time_machine.travel(last, tick=False):
        assert Client().get(f"/join/resume/{token}/").status_code == 404


def test_a_made_up_link_finds_nothing() -> None:
    assert Client().get("/join/resume/made-up/").status_code == 404


def test_a_cookie_that_was_tampered_with_finds_nothing(browser) -> None:
    begin(browser)
    browser.cookies["join"] = JoinDraft.objects.get().token + ":x:y"
    assert browser.get("/join/code/").status_code == 404


def test_a_number_with_a_wallet_looks_the_same_and_gets_no_code(browser) -> None:
    member = open_member()
    begin(browser, member.phone)
    assert texts_to(member.phone) == [
        "[通宝] Your number has a wallet already. Sign in at http://127.0.0.1:8000/accounts/login/."
    ]
    assert "We have sent a message" in browser.get("/join/code/").text
    assert User.objects.count() == 1


def test_two_drafts_of_one_number_open_one_wallet(browser) -> None:
    other = Client()
    other.cookies["django_language"] = "en"
    with time_machine.travel(OPENED, tick=False):
        phone = reach_pin(browser)
    with time_machine.travel(OPENED + dt.timedelta(minutes=2), tick=False):
        begin(other, phone)
        other.post("/join/code/", {"code": code_sent_to(phone)})
        other.post("/join/name/", {"display_name": "王兰"})
        assert finish(browser).url == "/join/done/"
        late = finish(other)
    assert late.url == "/accounts/login/"
    assert User.objects.count() == 1
    assert "_auth_user_id" not in other.session


def test_the_same_number_again_keeps_the_code(browser) -> None:
    phone = begin(browser)
    assert browser.post("/join/phone/", {"phone": phone}).url == "/join/code/"
    assert len(texts_to(phone)) == 1


def test_the_last_button_twice_signs_in_twice_and_opens_once(browser) -> None:
    reach_pin(browser)
    assert finish(browser).url == "/join/done/"
    assert finish(browser).url == "/join/done/"
    assert User.objects.count() == 1


def test_the_link_of_a_finished_draft_signs_nobody_in(browser) -> None:
    with time_machine.travel(OPENED, tick=False):
        reach_pin(browser)
        link = browser.get("/join/pin/").context["resume_url"]
        finish(browser)
        thief = Client()
        assert thief.get(link).url == "/join/done/"
        assert thief.get("/join/done/").url.startswith("/accounts/login/")
        answer = finish(thief, OTHER_PIN)
        assert answer.status_code == 422
        assert "_auth_user_id" not in thief.session
        assert PaymentPin.objects.get().failed_count == 1
    with time_machine.travel(OPENED + dt.timedelta(minutes=10), tick=False):
        assert finish(thief).status_code == 404


def test_a_member_is_sent_home() -> None:
    assert signed_in(open_member()).get("/join/phone/").url == "/w/"


def test_pages_of_a_draft_are_not_kept_by_browsers(browser) -> None:
    begin(browser)
    assert "no-store" in browser.get("/join/code/")["Cache-Control"]


def test_one_address_is_slowed_down(browser, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"join_phone": "2/h/ip"}
    begin(browser)
    begin(Client())
    answer = browser.post("/join/phone/", {"phone": new_phone()})
    assert answer.status_code == 422
    assert "Too many people" in answer.text
    assert JoinDraft.objects.count() == 2
