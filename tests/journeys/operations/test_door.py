"""Who gets into the back office: the operator's staff, with a second factor in this session."""

import pytest
from django.test import Client

from tests.factories.merchants import make_user
from tests.journeys.operations.conftest import operator_client

pytestmark = pytest.mark.django_db

PAGES = (
    "/ops/",
    "/ops/wallet/payment/",
    "/ops/foundation/user/",
    "/ops/trial-balance/",
    "/ops/books/",
    "/ops/people/1/phone/",
)


@pytest.mark.parametrize("path", PAGES)
def test_strangers_go_to_the_sign_in_page(path: str) -> None:
    answer = Client().get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
    assert "/ops/" in answer.redirect_chain[-1][0] or "%2Fops%2F" in answer.redirect_chain[-1][0]


@pytest.mark.parametrize("path", PAGES)
def test_members_are_refused(path: str) -> None:
    client = Client()
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path, follow=True).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_staff_without_a_factor_set_one_up_first(path: str) -> None:
    answer = operator_client(factor=False, used=False).get(f"/ops/login/?next={path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/2fa/totp/activate/?next=%2Fops%2F")


@pytest.mark.parametrize("path", PAGES)
def test_staff_who_did_not_use_it_are_asked(path: str) -> None:
    client = operator_client(used=False)
    first = client.get(path)
    assert first.status_code == 302
    assert first["Location"].startswith("/ops/login/")
    second = client.get(first["Location"])
    assert second["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fops%2F")


@pytest.mark.parametrize("path", PAGES[:-1])
def test_staff_with_it_get_in(path: str, office: Client) -> None:
    assert office.get(path).status_code == 200


def test_staff_who_may_do_nothing_see_nothing() -> None:
    client = operator_client(superuser=False)
    assert client.get("/ops/").status_code == 200
    for path in PAGES[1:]:
        assert client.get(path).status_code == 403


def test_the_door_sends_nobody_elsewhere(office: Client) -> None:
    for wanted in ("https://evil.example/", "//evil.example/ops/", "/w/", "javascript:alert(1)"):
        answer = office.get("/ops/login/", {"next": wanted})
        assert answer["Location"] == "/ops/"


def test_secrets_of_libraries_have_no_pages(office: Client) -> None:
    for path in ("mfa/authenticator/", "usersessions/usersession/", "account/emailaddress/"):
        assert office.get(f"/ops/{path}").status_code == 404
