"""The first floor: the ledger and everything that moves money on it.

Guarantees that no amount moves without a balanced journal, and that the wallet never
asks members or campaigns anything: what it has to know is pushed down into it.
"""
