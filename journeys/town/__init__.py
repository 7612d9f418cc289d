"""The demo town 青禾镇: two months of a small town's wallets and shops, from a seed.

Guarantees that the same seed gives the same people, shops, amounts and hours, that everything
went through the real ledger and the real events, and that filling it again changes nothing.
"""
