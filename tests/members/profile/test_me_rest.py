"""The endpoints of the member's own facts and PIN."""

import pytest
from rest_framework.test import APIClient

from foundation.web import Look
from members.profile import queries
from members.security.models import PaymentPin
from tests.factories.members import OTHER_PIN, PIN, open_member, texts_to
from tests.factories.merchants import make_user
from tests.factories.wallet import api_client

pytestmark = pytest.mark.django_db


def test_me() -> None:
    user = open_member(display_name="王兰", look=Look("large", "high", True))
    assert api_client(user).get("/api/v1/me/").json() == {
        "uid": str(user.uid),
        "phone": user.phone,
        "display_name": "王兰",
        "look": {"size": "large", "contrast": "high", "voice": True},
        "language": "en",
    }


def test_strangers_and_staff_have_no_me() -> None:
    assert APIClient().get("/api/v1/me/").status_code == 401
    answer = api_client(make_user()).get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_member")


def test_a_part_is_changed_and_the_rest_stays() -> None:
    user = open_member(look=Look("large", "high", True))
    answer = api_client(user).patch("/api/v1/me/", {"look": {"size": "xlarge"}}, format="json")
    assert answer.status_code == 200
    assert answer.json()["look"] == {"size": "xlarge", "contrast": "high", "voice": True}
    body = {"display_name": "兰姨", "language": "zh-hans"}
    assert api_client(user).patch("/api/v1/me/", body, format="json").status_code == 200
    display = queries.find_display(user_id=user.pk)
    assert (display.display_name, display.language) == ("兰姨", "zh-hans")
    assert display.look == Look("xlarge", "high", True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"display_name": "13800138000"}, 422, "display_name_is_number"),
        ({"display_name": "13800138000", "language": "zh-hans"}, 422, "display_name_is_number"),
        ({"display_name": ""}, 400, "invalid"),
        ({"display_name": None}, 400, "invalid"),
        ({"look": {"size": "huge"}}, 400, "invalid"),
        ({"look": "large"}, 400, "invalid"),
        ({"language": "tlh"}, 400, "invalid"),
        ([], 400, "invalid"),
    ],
)
def test_what_is_wrong_changes_nothing(body, status, code) -> None:
    user = open_member()
    before = queries.find_display(user_id=user.pk)
    answer = api_client(user).patch("/api/v1/me/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert queries.find_display(user_id=user.pk) == before


def test_phone_and_uid_cannot_be_written() -> None:
    user = open_member()
    answer = api_client(user).patch("/api/v1/me/", {"phone": "+8613900000000"}, format="json")
    assert answer.json()["phone"] == user.phone


def test_the_pin_is_changed_by_the_old_one() -> None:
    user = open_member()
    body = {"old_pin": PIN, "new_pin": OTHER_PIN}
    assert api_client(user).put("/api/v1/me/pin/", body, format="json").status_code == 204
    again = api_client(user).put("/api/v1/me/pin/", body, format="json")
    assert (again.status_code, again.json()["code"]) == (403, "wrong_pin")
    assert PaymentPin.objects.get().failed_count == 1
    assert len(texts_to(user.phone)) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"old_pin": PIN, "new_pin": "123456"}, 422, "pin_weak_sequence"),
        ({"old_pin": PIN, "new_pin": "12 456"}, 422, "pin_not_six_digits"),
        ({"old_pin": PIN}, 400, "invalid"),
        ({"old_pin": PIN, "new_pin": 730462.5}, 422, "pin_not_six_digits"),
    ],
)
def test_a_bad_pin_changes_nothing(body, status, code) -> None:
    user = open_member()
    before = PaymentPin.objects.values().get()
    answer = api_client(user).put("/api/v1/me/pin/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert PaymentPin.objects.values().get() == before
    assert PIN not in answer.content.decode()
