"""The wallet's tables, by room."""

from wallet.funding.models import SandboxOrder, TopUp, TopUpMove
from wallet.ledger.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerHold,
    LedgerHoldMove,
    LedgerJournal,
)
from wallet.payments.models import (
    PayCode,
    Payment,
    PaymentLeg,
    PaymentMove,
    PaymentRequest,
    Refund,
)
from wallet.risk.models import MemberDay, MemberLimit

__all__ = [
    "LedgerAccount",
    "LedgerEntry",
    "LedgerHold",
    "LedgerHoldMove",
    "LedgerJournal",
    "MemberDay",
    "MemberLimit",
    "PayCode",
    "Payment",
    "PaymentLeg",
    "PaymentMove",
    "PaymentRequest",
    "Refund",
    "SandboxOrder",
    "TopUp",
    "TopUpMove",
]
