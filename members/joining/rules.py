"""The four steps of joining, and what is refused on the way."""

import datetime as dt

from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal

STEPS = ("phone", "code", "name", "pin")
CODE_MINUTES = 15
CODE_TRIES = 5
RESEND_SECONDS = 60
CODES_AN_HOUR = 5
DRAFT_DAYS = 7


class DraftMissing(Missing):
    code = "join_draft_missing"
    sentence = _("We no longer have what you began. Please start again with your phone number.")


class WrongCode(Refusal):
    """The count of tries is kept although the step is not done."""

    code = "wrong_code"
    status = 422
    commits = True
    sentence = _("This code is not right. Tries left: %(tries_left)s. Look at the newest message.")


class CodeExpired(Refusal):
    code = "code_expired"
    status = 422
    sentence = _("This code is no longer valid. Ask for a new one.")


class CodeTooSoon(Refusal):
    code = "code_too_soon"
    status = 429
    sentence = _("We have just sent a code. You can ask for another one in %(seconds)s seconds.")


class TooManyCodes(Refusal):
    code = "too_many_codes"
    status = 429
    sentence = _("We have sent %(count)s codes to this number. Please try again in an hour.")


class StepMissing(Refusal):
    code = "join_step_missing"
    status = 409
    sentence = _("One step before this one is not done yet. Please go on from there.")


class PhoneTaken(Refusal):
    code = "phone_taken"
    status = 409
    sentence = _("This number has a wallet already. Please sign in.")


def check_may_send(
    *, sent_at: dt.datetime | None, sent_last_hour: int, at: dt.datetime
) -> None:
    """Let a code be sent, but not too soon and not too often.

    :raises CodeTooSoon: TooManyCodes
    """
    if sent_at is not None:
        wait = RESEND_SECONDS - int((at - sent_at).total_seconds())
        if wait > 0:
            raise CodeTooSoon(seconds=wait)
    if sent_last_hour >= CODES_AN_HOUR:
        raise TooManyCodes(count=sent_last_hour)


def check_may_try(*, sent_at: dt.datetime | None, tries: int, at: dt.datetime) -> None:
    """Let a code be tried while it is valid and was not wrong too often.

    :raises CodeExpired: too old, none sent, or no tries left
    """
    if sent_at is None or tries >= CODE_TRIES:
        raise CodeExpired("code")
    if at - sent_at > dt.timedelta(minutes=CODE_MINUTES):
        raise CodeExpired("code")
