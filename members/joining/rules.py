"""The four steps of joining, and what is refused on the way."""

from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal

STEPS = ("phone", "code", "name", "pin")
DRAFT_DAYS = 7
# A finished draft is kept for a second tap on the last button, and no longer.
REPLAY_MINUTES = 10


class DraftMissing(Missing):
    """Say that a draft is unknown or past its seven days."""

    code = "join_draft_missing"
    sentence = _("We no longer have what you began. Please start again with your phone number.")


class StepMissing(Refusal):
    """Say that a step was jumped over."""

    code = "join_step_missing"
    status = 409
    sentence = _("One step before this one is not done yet. Please go on from there.")


class PhoneTaken(Refusal):
    """Say that somebody opened a wallet with this number meanwhile."""

    code = "phone_taken"
    status = 409
    sentence = _("This number has a wallet already. Please sign in.")


class TooManyFromHere(Refusal):
    """Say that one network address asks too often."""

    code = "too_many_from_here"
    status = 429
    sentence = _(
        "Too many people are trying from your network at this moment."
        " Please try again in a few minutes."
    )
