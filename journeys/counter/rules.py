"""What the counter says when a pay code charges nobody."""

from foundation.errors import N_ as _
from foundation.errors import Refusal
from wallet.ledger.rules import AccountUnknown, InsufficientFunds
from wallet.risk.rules import DailyLimit, PerPaymentLimit, WalletFrozen

CUSTOMERS_MATTERS = (AccountUnknown, DailyLimit, InsufficientFunds, PerPaymentLimit, WalletFrozen)


class CustomerCannotPay(Refusal):
    """Say that the customer's wallet declined, without saying why: that is the customer's."""

    code = "customer_cannot_pay"
    sticks = True
    sentence = _(
        "The customer's wallet did not allow this payment and nothing was charged."
        " Ask the customer to look at the wallet, or to pay in another way."
    )


class OwnersPayCode(Refusal):
    """Say that nobody pays their own shop."""

    code = "own_shop"
    sticks = True
    sentence = _(
        "This pay code belongs to the owner of this shop, so nothing was charged."
        " Scan the customer's pay code."
    )


class AlreadySent(Refusal):
    """Say that a page that moves money was used before, with something else in it."""

    code = "already_sent"
    status = 422
    sentence = _(
        "Something was already sent from this page."
        " Look at the last payments first; then send again if it is still needed."
    )
