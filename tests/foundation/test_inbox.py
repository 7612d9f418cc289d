"""The development inbox: codes for a demo, and nothing anywhere else."""

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from foundation.db import entry
from foundation.messages import actions
from tests.factories.members import OPENED, open_member
from tests.factories.merchants import make_user

pytestmark = pytest.mark.django_db
# RFC 6238, appendix B: the secret "12345678901234567890", and its code at second 1111111109.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_SECOND, RFC_CODE = 1111111109, "081804"


def test_messages_and_codes(at) -> None:
    entry(actions.send_sms)(phone="+8613800138000", text="Your code is 012345.", at=at)
    entry(actions.send_sms)(phone="+8613800138000", text="Call 4008000000.", at=at)
    answer = Client().get("/dev/inbox/")
    assert [text.code for text in answer.context["texts"]] == ["", "012345"]
    assert answer["Cache-Control"] == "no-store"


def test_codes_of_operators_only() -> None:
    TOTP.activate(make_user(is_staff=True), RFC_SECRET)
    TOTP.activate(open_member(at=OPENED), RFC_SECRET)
    with time_machine.travel(RFC_SECOND, tick=False):
        operators = Client().get("/dev/inbox/").context["operators"]
    assert [operator.code for operator in operators] == [RFC_CODE]
    assert operators[0].seconds_left == 1


def test_it_exists_in_development_only(settings) -> None:
    settings.DEVELOPMENT_PAGES = False
    assert Client().get("/dev/inbox/").status_code == 404
