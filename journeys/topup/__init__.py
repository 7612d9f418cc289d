"""Putting money in: choose an amount, the bank answers later.

Guarantees that the same key starts one top-up, and that the bank is asked outside of any
transaction.
"""
