"""Imports this floor's rooms, by name."""

import merchants.stores.consumers  # noqa: F401
