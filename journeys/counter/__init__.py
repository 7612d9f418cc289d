"""The counter: a store asks for money, by a code on its screen or by the customer's pay code.

Guarantees that a pay code charges at most once, and above the customer's own limit nothing
moves before the customer has confirmed.
"""
