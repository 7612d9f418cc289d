"""The names of the operator's long work, and what its pages refuse."""

from foundation.errors import N_ as _
from foundation.errors import Missing

PROOF = "ledger.proof"
REASON_CHARACTERS = 200


class PersonUnknown(Missing):
    """Say that there is no such person."""

    code = "person_unknown"
    sentence = _("We could not find this person.")
