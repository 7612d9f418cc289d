"""Payment requests, payments, refunds and pay codes.

Guarantees that a request is paid at most once, that refunds never exceed a payment and
give each funder back exactly what is due, and that every capture and refund publishes
its event in the transaction that posts its journal.
"""
