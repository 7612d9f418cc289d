"""The same key twice has the effect once: the answer is kept in the transaction of the effect.

As in the IETF draft on the Idempotency-Key header: another payload under a used key is refused
(422), a key whose first call still runs is refused (409), a decline stays declined. Keys are
kept for good, because money moved under them.
"""
