"""Top-ups: money that comes in from a bank.

Guarantees that a confirmed top-up is credited exactly once however often the bank says so,
that only an answer signed by the bank or asked of it decides, and that a top-up without an
answer is unknown, never failed.
"""
