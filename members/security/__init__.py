"""How a member proves who they are: the payment PIN, codes by SMS, passkeys, second factors.

A PIN is kept as an argon2 hash; guessing is slowed by locks that grow, and the count of wrong
PINs survives the payment that it stopped.
"""
