"""What the checkout's pages refuse by themselves, before or beside what payments refuses."""

from __future__ import annotations

from typing import Final

from foundation.errors import N_ as _
from foundation.errors import Refusal

FRAMES_A_MINUTE: Final = 120
"""How many camera frames one member may have read; the page sends about 85 a minute."""


class PageUsedBefore(Refusal):
    """Say that a page that pays was used before, for another payment."""

    code = "page_used_before"
    status = 422
    sentence = _(
        "This page was already used for another payment, so nothing was paid now."
        " Check the payment again, then confirm it."
    )


class BalanceTooLow(Refusal):
    """Say how much is missing. Field: ``missing`` (Money)."""

    code = "balance_too_low"
    sentence = _("Your balance is %(missing)s short of this payment. Put money in, then pay.")


class StillPaying(Refusal):
    """Say that the first tap is still at work."""

    code = "still_paying"
    sentence = _("We are still working on it. Please do not pay a second time.")
