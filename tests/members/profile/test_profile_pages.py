"""The header's forms, settings, notices and help."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from foundation.db import entry
from foundation.web import Look
from members.profile import actions, queries
from members.profile.actions import NewNotice
from members.profile.models import Notice
from tests.factories.members import open_member, signed_in
from tests.factories.merchants import make_user

pytestmark = pytest.mark.django_db


def look_cookie(answer) -> str:
    return answer.cookies["look"].value


def write_notices(user, count: int, at: dt.datetime) -> None:
    entry(actions.write_notices)(
        notices=[
            NewNotice(
                user_id=user.pk,
                kind=("paid", "refunded", "top_up_confirmed", "top_up_failed")[number % 4],
                fact_uid=uuid.UUID(int=number),
                about_uid=uuid.UUID(int=1000 + number),
                title="兰姨面馆",
                amount_minor=100 + number,
                currency="CNY",
                at=at,
            )
            for number in range(count)
        ]
    )


@pytest.mark.parametrize(
    ("before", "button", "after"),
    [
        ("", "on", "large|standard|"),
        ("standard|high|voice", "on", "large|high|voice"),
        ("xlarge|standard|", "on", "xlarge|standard|"),
        ("xlarge|high|voice", "off", "standard|high|voice"),
        ("large|standard|", "", "standard|standard|"),
    ],
)
def test_the_senior_switch(before, button, after) -> None:
    client = Client()
    client.cookies["look"] = before
    answer = client.post("/look/senior/", {"senior": button, "next": "/w/help/?a=b"})
    assert answer.url == "/w/help/?a=b"
    assert look_cookie(answer) == after


def test_the_senior_switch_is_kept_for_members() -> None:
    user = open_member()
    signed_in(user).post("/look/senior/", {"senior": "on", "next": "/w/"})
    assert queries.find_display(user_id=user.pk).look == Look("large")


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_the_switch_leads_nowhere_else(away) -> None:
    assert Client().post("/look/senior/", {"senior": "on", "next": away}).url == "/w/"


def test_the_switch_is_no_link() -> None:
    assert Client().get("/look/senior/").status_code == 405


def test_the_language_switch_is_kept_for_members() -> None:
    user = open_member(language="en")
    client = signed_in(user)
    answer = client.post("/look/language/", {"language": "zh-hans", "next": "/w/help/"})
    assert answer.cookies["django_language"].value == "zh-hans"
    assert queries.find_display(user_id=user.pk).language == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/w/help/").text


def test_an_unknown_language_is_refused() -> None:
    answer = Client().post("/look/language/", {"language": "tlh", "next": "/w/"})
    assert answer.status_code == 422
    assert "django_language" not in answer.cookies


@pytest.mark.parametrize(
    ("page", "data", "look"),
    [
        ("size", {"size": "xlarge"}, Look("xlarge")),
        ("contrast", {"contrast": "high"}, Look("standard", "high")),
        ("voice", {"voice": "on"}, Look("standard", "standard", True)),
        ("voice", {}, Look()),
    ],
)
def test_a_setting_is_kept(page, data, look) -> None:
    user = open_member()
    client = signed_in(user)
    answer = client.post(f"/w/settings/{page}/", data)
    assert answer.url == "/w/settings/"
    assert queries.find_display(user_id=user.pk).look == look
    assert look_cookie(answer) == look.as_cookie()
    assert "Saved." in client.get("/w/settings/").text


@pytest.mark.parametrize("page", ["size", "contrast", "language"])
def test_a_choice_that_is_not_offered(page) -> None:
    user = open_member()
    before = queries.find_display(user_id=user.pk)
    answer = signed_in(user).post(f"/w/settings/{page}/", {page: "huge"})
    assert answer.status_code == 422
    assert queries.find_display(user_id=user.pk) == before


def test_visitors_have_looks_too() -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert look_cookie(client.post("/w/settings/size/", {"size": "large"})) == "large|standard|"
    page = client.get("/w/settings/").text
    assert "Sign in for more settings" in page
    assert "Payment PIN" not in page


def test_the_language_of_the_settings_is_the_new_one() -> None:
    user = open_member(language="en")
    client = signed_in(user)
    client.post("/w/settings/language/", {"language": "zh-hans"})
    assert queries.find_display(user_id=user.pk).language == "zh-hans"


def test_a_new_name() -> None:
    user = open_member(display_name="王兰")
    client = signed_in(user)
    assert client.post("/w/settings/name/", {"display_name": "兰姨"}).url == "/w/settings/"
    assert queries.find_display(user_id=user.pk).display_name == "兰姨"
    wrong = client.post("/w/settings/name/", {"display_name": "13800138000"})
    assert wrong.status_code == 422
    assert "must not be a number" in wrong.text
    assert queries.find_display(user_id=user.pk).display_name == "兰姨"


def test_who_has_no_wallet_has_no_name() -> None:
    assert signed_in(make_user()).get("/w/settings/name/").status_code == 404


@pytest.mark.parametrize("page", ["/w/settings/name/", "/w/notices/"])
def test_strangers_sign_in_first(page) -> None:
    assert Client().get(page).url == f"/accounts/login/?next={page}"


def test_notices_by_pages(at, django_assert_num_queries) -> None:
    user = open_member()
    write_notices(user, 25, at)
    write_notices(open_member(), 0, at)
    client = signed_in(user)
    with django_assert_num_queries(3):  # session, user, notices
        first = client.get("/w/notices/")
    assert [line.amount.amount_minor for line in first.context["notices"]] == list(
        range(124, 104, -1)
    )
    assert first.context["newer"] == ""
    second = client.get("/w/notices/" + first.context["older"])
    assert [line.amount.amount_minor for line in second.context["notices"]] == list(
        range(104, 99, -1)
    )
    assert (second.context["older"], second.context["newer"]) == ("", "/w/notices/")
    record = first.context["notices"][0].about_uid
    assert f'href="/w/history/{record}/"' in first.text


def test_notices_are_marked_read_up_to_what_was_seen(at) -> None:
    user, other = open_member(), open_member()
    write_notices(user, 3, at)
    Notice.objects.filter(fact_uid=uuid.UUID(int=2)).update(user=other)
    client = signed_in(user)
    seen = Notice.objects.get(fact_uid=uuid.UUID(int=0)).pk
    client.post("/w/notices/", {"up_to": seen})
    assert queries.count_unread(user_id=user.pk) == 1
    client.post("/w/notices/", {"up_to": str(2**70)})
    assert queries.count_unread(user_id=user.pk) == 1
    client.post("/w/notices/", {"up_to": seen + 10})
    assert queries.count_unread(user_id=user.pk) == 0
    assert queries.count_unread(user_id=other.pk) == 1


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "9" * 30, "１"])
def test_a_strange_page_is_the_first_one(before) -> None:
    assert signed_in(open_member()).get("/w/notices/", {"before": before}).status_code == 200


def test_no_notices_say_what_will_come() -> None:
    assert "No messages yet" in signed_in(open_member()).get("/w/notices/").text


def test_a_fact_is_told_once(at) -> None:
    user = open_member()
    write_notices(user, 2, at)
    write_notices(user, 2, at)
    assert Notice.objects.count() == 2


def test_hub_pages_ask_the_database_little(django_assert_num_queries) -> None:
    client = signed_in(open_member())
    with django_assert_num_queries(3):  # session, user, profile
        client.get("/w/settings/")
    with django_assert_num_queries(0):  # who is lost is helped even without a database
        client.get("/w/help/")
    with django_assert_num_queries(3):  # session, user, limits
        client.get("/w/safety/")


def test_help_and_safety_are_open_to_everybody() -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert "tel:4008000000" in client.get("/w/help/").text
    page = client.get("/w/safety/").text
    assert "Nobody from us asks for a code" in page
    assert "/w/safety/stop/" not in page
