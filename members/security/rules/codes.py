"""Codes sent to a phone: how long one counts, how often it may be tried and sent."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Refusal

CODE_MINUTES: Final = 15
CODE_TRIES: Final = 5
RESEND_SECONDS: Final = 60
CODES_AN_HOUR: Final = 5
FRESH_SECONDS: Final = 5 * 60
"""How long after a code, or a sign-in, a person may change what guards the wallet."""


class CodeMissing(Refusal):
    """Say that no code was entered, or not one of six digits."""

    code = "code_missing"
    status = 422
    sentence = _("Enter the 6 digits from the message.")


class WrongCode(Refusal):
    """Say that a code is wrong. Field: ``tries_left``. The count of tries is kept."""

    code = "wrong_code"
    status = 422
    commits = True
    sentence = _("This code is not right. Tries left: %(tries_left)s. Look at the newest message.")


class CodeSpent(Refusal):
    """Say that a code was wrong too often, so that it is void. Field: ``tries``."""

    code = "code_spent"
    status = 422
    commits = True
    sentence = _("This code was wrong %(tries)s times, so it no longer counts. Ask for a new one.")


class CodeExpired(Refusal):
    """Say that a code is too old, was used, or was wrong too often."""

    code = "code_expired"
    status = 422
    sentence = _("This code is no longer valid. Ask for a new one.")


class CodeTooSoon(Refusal):
    """Say that a code was sent a moment ago. Field: ``seconds`` to wait."""

    code = "code_too_soon"
    status = 429
    sentence = _("We have just sent a code. You can ask for another one in %(seconds)s seconds.")


class TooManyCodes(Refusal):
    """Say that a number got its codes of this hour. Field: ``count`` of them."""

    code = "too_many_codes"
    status = 429
    sentence = _("We have sent %(count)s codes to this number. Please try again in an hour.")


def check_may_send(*, sent_at: datetime | None, sent_last_hour: int, at: datetime) -> None:
    """Let a code be sent, but not too soon and not too often.

    :raises CodeTooSoon: TooManyCodes
    """
    if sent_at is not None:
        wait = RESEND_SECONDS - int((at - sent_at).total_seconds())
        if wait > 0:
            raise CodeTooSoon(seconds=wait)
    if sent_last_hour >= CODES_AN_HOUR:
        raise TooManyCodes(count=sent_last_hour)


def check_may_try(*, sent_at: datetime | None, tries: int, at: datetime) -> None:
    """Let a code be tried while it is valid and was not wrong too often.

    :raises CodeExpired: too old, none sent, or no tries left
    """
    if sent_at is None or tries >= CODE_TRIES:
        raise CodeExpired("code")
    if at - sent_at > timedelta(minutes=CODE_MINUTES):
        raise CodeExpired("code")


def codes_after_one_more(*, sent_at: datetime | None, codes_sent: int, at: datetime) -> int:
    """Count one more code; after an hour without one the count begins again."""
    if sent_at is None or at - sent_at > timedelta(hours=1):
        return 1
    return codes_sent + 1


def check_code_form(text: str) -> str:
    """Give back six ASCII digits; full-width digits, spaces and hyphens are accepted.

    :raises CodeMissing: anything else, before it is counted as a try
    """
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or ""))
    if not re.fullmatch(r"[0-9]{6}", code):
        raise CodeMissing("code")
    return code


def refusal_of_try(*, tries: int) -> WrongCode | CodeSpent:
    """Give the refusal to raise after so many wrong tries of one code, this one included."""
    if tries >= CODE_TRIES:
        return CodeSpent("code", tries=CODE_TRIES)
    return WrongCode("code", tries_left=CODE_TRIES - tries)
