"""The reversal: a store gives a payment back, in full or in part.

Guarantees that only the owner or a manager of the payment's own store does it, once for each
key, never more than was paid and never more than the business has.
"""
