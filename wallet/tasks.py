"""The wallet's tasks, by room."""

from wallet.funding.tasks import expire_top_ups, run_sandbox_bank
from wallet.ledger.tasks import expire_holds, fold
from wallet.payments.tasks import expire_requests, forget_pay_codes

__all__ = [
    "expire_holds",
    "expire_requests",
    "expire_top_ups",
    "fold",
    "forget_pay_codes",
    "run_sandbox_bank",
]
