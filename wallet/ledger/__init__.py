"""The ledger: every amount that a person or a shop owns is the sum of entries that never change.

Guaranteed: journals sum to zero in each currency; no account goes below its floor; an account's
entries are numbered without a gap and carry the running balance; a batch is posted whole or not
at all. How, and with which figures: docs/algorithms/ledger.md.
"""
