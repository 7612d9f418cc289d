"""The first page: for visitors what this is, for members every way into the wallet.

Guarantees that the balance is shown only when asked for, and hidden again on the next look.
"""
