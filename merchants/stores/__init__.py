"""Merchants, stores, staff and the figures of a store's day.

Guarantees that a store number never changes, catches a typing mistake, and that the
figures of a day agree with the payments and refunds of that day in Shanghai time.
"""
