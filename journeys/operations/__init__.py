"""The operator's own pages: today, the trial balance, the proof of the books, a number revealed.

Guarantees that nobody is in the back office without a second factor in this very session, and
that what an operator looked up about a person is written down.
"""
