"""The cellar: money, clock, refusals, transactions, the outbox, idempotency, audit, jobs, users.

It knows nothing of wallets, shops or campaigns; everything above stands on it.
"""
