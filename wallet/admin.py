"""The wallet's back-office pages, by room."""

from wallet.funding.admin import SandboxOrderAdmin, TopUpAdmin
from wallet.payments.admin import PayCodeAdmin, PaymentAdmin, PaymentRequestAdmin, RefundAdmin
from wallet.risk.admin import MemberDayAdmin, MemberLimitAdmin

__all__ = [
    "MemberDayAdmin",
    "MemberLimitAdmin",
    "PayCodeAdmin",
    "PaymentAdmin",
    "PaymentRequestAdmin",
    "RefundAdmin",
    "SandboxOrderAdmin",
    "TopUpAdmin",
]
