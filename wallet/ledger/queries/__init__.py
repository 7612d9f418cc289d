"""Reads of the ledger: accounts and their figures; the proof that all of it is right."""

from wallet.ledger.queries.accounts import (
    balance,
    balance_at,
    find_account,
    get_account,
    get_account_by_id,
    get_hold,
    list_accounts,
    list_entries,
    list_legs,
)
from wallet.ledger.queries.proof import Break, Figure, Report, TrialLine, trial_balance, verify

__all__ = [
    "Break",
    "Figure",
    "Report",
    "TrialLine",
    "balance",
    "balance_at",
    "find_account",
    "get_account",
    "get_account_by_id",
    "get_hold",
    "list_accounts",
    "list_entries",
    "list_legs",
    "trial_balance",
    "verify",
]
