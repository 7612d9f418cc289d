"""Facts leave with the transaction that made them true, and reach each consumer's effect once.

A fact is a row written by `publish` in the transaction of the change. A relay, woken by a hint
or by beat, gives it to every consumer in batches; the effect and the record of the delivery
commit together, so that a crash at any point means "again", never "twice" or "never".
"""
