"""SMS out: written in the transaction, sent by a sweep, shown in the development inbox.

A message is a row first, so that a crash sends it late rather than never. The sandbox adapter
delivers to the inbox page at /dev/inbox/; a real network is an adapter behind the same port.
"""
