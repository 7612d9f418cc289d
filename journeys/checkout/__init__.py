"""Paying a store: a scanned request, a store's standing code, or the member's own pay code.

Guarantees one durable transaction a payment, in the order of locks that is the same
everywhere: key, request, PIN, limits of the day, accounts.
"""
