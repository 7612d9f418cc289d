"""The wallet's back-office pages, by room."""

from wallet.funding.admin import SandboxOrderAdmin, TopUpAdmin, TopUpMoveAdmin
from wallet.ledger.admin import (
    LedgerAccountAdmin,
    LedgerHoldAdmin,
    LedgerHoldMoveAdmin,
    LedgerJournalAdmin,
)
from wallet.payments.admin import (
    PayCodeAdmin,
    PaymentAdmin,
    PaymentLegAdmin,
    PaymentMoveAdmin,
    PaymentRequestAdmin,
    RefundAdmin,
)
from wallet.risk.admin import MemberDayAdmin, MemberLimitAdmin

__all__ = [
    "LedgerAccountAdmin",
    "LedgerHoldAdmin",
    "LedgerHoldMoveAdmin",
    "LedgerJournalAdmin",
    "MemberDayAdmin",
    "MemberLimitAdmin",
    "PayCodeAdmin",
    "PaymentAdmin",
    "PaymentLegAdmin",
    "PaymentMoveAdmin",
    "PaymentRequestAdmin",
    "RefundAdmin",
    "SandboxOrderAdmin",
    "TopUpAdmin",
    "TopUpMoveAdmin",
]
