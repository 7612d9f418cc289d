"""Why a payment, a refund or a code is refused, and what to do next.

A refusal that ``sticks`` is the final answer to its idempotency key. Another member's
or merchant's object answers exactly as one that does not exist.
"""

from __future__ import annotations

from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal

# Requests


class RequestUnknown(Missing):
    """Say that there is no such payment request."""

    code = "request_unknown"
    sentence = _(
        "We could not find this payment request. Ask the shop to show its code again and scan it."
    )


class NotYourRequest(RequestUnknown):
    """Hide a request that is bound to somebody else behind the same answer."""


class RequestExpired(Refusal):
    """Say that a request was not paid in time. Field: ``expired_at``."""

    code = "request_expired"
    sticks = True
    sentence = _(
        "This payment request has expired and nothing was paid. Ask the shop for a new code."
    )


class RequestAlreadyPaid(Refusal):
    """Say that a request is paid."""

    code = "request_already_paid"
    sticks = True
    sentence = _(
        "This payment request is already paid. You do not need to pay again;"
        " look in your history for the receipt."
    )


class RequestCancelled(Refusal):
    """Say that the shop took its request back."""

    code = "request_cancelled"
    sticks = True
    sentence = _(
        "The shop cancelled this payment request and nothing was paid. Ask the shop for a new code."
    )


class RequestNotOpen(Refusal):
    """Say to the shop that a request can no longer be cancelled."""

    code = "request_not_open"
    sentence = _(
        "This payment request is no longer open and cannot be cancelled."
        " If it was paid, you can refund it."
    )


class OwnShop(Refusal):
    """Say that nobody pays their own shop."""

    code = "own_shop"
    sticks = True
    sentence = _(
        "This is your own shop, so the payment was not made. Scan the code of another shop."
    )


class WrongCurrency(Refusal):
    """Say that wallet and request have different currencies. Fields: ``wanted``, ``given``."""

    code = "wrong_currency"
    status = 422
    sticks = True
    sentence = _(
        "This must be paid in %(wanted)s, not in %(given)s, and nothing was paid."
        " Ask the shop for a code in the right currency."
    )


# Pay codes


class PayCodeUnknown(Refusal):
    """Say that a pay code was never issued, or was mistyped or misread."""

    code = "pay_code_unknown"
    status = 422
    sentence = _("This pay code is not valid. Check the 18 digits, or scan the code again.")


class PayCodeExpired(Refusal):
    """Say that a pay code is older than its minute."""

    code = "pay_code_expired"
    sticks = True
    sentence = _(
        "This pay code has expired and nothing was charged."
        " Ask the customer to refresh the code and scan it again."
    )


class PayCodeUsed(Refusal):
    """Say that a pay code was scanned before."""

    code = "pay_code_used"
    sticks = True
    sentence = _(
        "This pay code was already used. Ask the customer to refresh the code and scan it again."
    )


class TooManyPayCodes(Refusal):
    """Say that one member draws more pay codes than a page ever shows."""

    code = "too_many_pay_codes"
    status = 429
    sentence = _("You asked for many pay codes in a short time. Wait a minute and try again.")


# Payments and refunds


class PaymentUnknown(Missing):
    """Say that there is no such payment, or not for this reader."""

    code = "payment_unknown"
    sentence = _("We could not find this payment. Check the number, or look for it in the history.")


class RefundAboveRemaining(Refusal):
    """Say that less is left to refund. Field: ``remaining`` (Money)."""

    code = "refund_above_remaining"
    sticks = True
    sentence = _(
        "Only %(remaining)s of this payment can still be refunded."
        " Enter this amount or a smaller one."
    )


class RefundNothingLeft(RefundAboveRemaining):
    """Say that a payment is refunded in full."""

    sentence = _("This payment is already refunded in full. There is nothing left to refund.")


class RefundAboveBalance(Refusal):
    """Say that the merchant's balance does not cover a refund. Field: ``available`` (Money)."""

    code = "refund_above_balance"
    sticks = True
    sentence = _(
        "The shop's balance of %(available)s is not enough for this refund."
        " Refund a smaller amount, or wait until more payments have arrived."
    )
