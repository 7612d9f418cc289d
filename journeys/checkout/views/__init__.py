"""The checkout's pages: the pay code, scanning, and the payment itself."""

from journeys.checkout.views.pay import check, done, live_status, pin, refusal, status
from journeys.checkout.views.pay_code import code_status, next_code, pay_code
from journeys.checkout.views.scan import frame, scan, shop

__all__ = [
    "check",
    "code_status",
    "done",
    "frame",
    "live_status",
    "next_code",
    "pay_code",
    "pin",
    "refusal",
    "scan",
    "shop",
    "status",
]
