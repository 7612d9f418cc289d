"""The only writes of funding."""

from wallet.funding.actions import top_ups
from wallet.funding.actions.sandbox_bank import SandboxBank, run_sandbox_bank
from wallet.funding.actions.top_ups import (
    apply_answer,
    ask_banks,
    open_top_up,
    submit,
)

__all__ = [
    "SandboxBank",
    "apply_answer",
    "ask_banks",
    "open_top_up",
    "run_sandbox_bank",
    "submit",
    "top_ups",
]
