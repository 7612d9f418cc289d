"""The only writes of payments."""

from wallet.payments.actions.capture import capture
from wallet.payments.actions.pay_codes import forget_pay_codes, issue_pay_code, use_pay_code
from wallet.payments.actions.refunds import refund
from wallet.payments.actions.requests import (
    cancel_request,
    expire_requests,
    lock_request,
    open_request,
)

__all__ = [
    "cancel_request",
    "capture",
    "expire_requests",
    "forget_pay_codes",
    "issue_pay_code",
    "lock_request",
    "open_request",
    "refund",
    "use_pay_code",
]
