"""Members with profile, PIN and account for tests, opened by the action that opens them in life."""

import datetime as dt
import itertools
import re

from django.test import Client

from foundation.db import entry
from foundation.messages.models import OutgoingMessage
from foundation.users.models import User
from foundation.web import Look
from members.joining import actions

OPENED = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
PIN = "284719"
OTHER_PIN = "730462"
_serial = itertools.count(1)


def new_phone() -> str:
    """Return a mobile number that no other test person has."""
    return f"+86137{next(_serial):08d}"


def open_member(
    *,
    phone: str | None = None,
    display_name: str = "王兰",
    pin: str | None = PIN,
    look: Look | None = None,
    language: str = "en",
    at: dt.datetime = OPENED,
) -> User:
    """Open a wallet in one step."""
    return entry(actions.open_wallet)(
        phone=phone or new_phone(),
        display_name=display_name,
        pin=pin,
        look=look or Look(),
        language=language,
        at=at,
    )


def signed_in(user: User) -> Client:
    """Return a browser in English in which the member signed in a long time ago."""
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def texts_to(phone: str) -> list[str]:
    """Return the SMS that a phone received, the newest first."""
    return list(
        OutgoingMessage.objects.filter(phone=phone).order_by("-id").values_list("text", flat=True)
    )


def code_sent_to(phone: str) -> str:
    """Return the newest code that a phone received."""
    for text in texts_to(phone):
        if found := re.search(r"(?<!\d)\d{6}(?!\d)", text):
            return found.group()
    raise AssertionError(f"no code was sent to {phone}")


def wrong(code: str) -> str:
    """Return six digits that are not this code."""
    return f"{(int(code) + 1) % 10**6:06d}"
