"""Imports this floor's rooms, by name."""

import merchants.stores.admin  # noqa: F401
