"""The tables of merchants, by room."""

from merchants.stores.models import District, Merchant, Staff, Store, StoreDay

__all__ = ["District", "Merchant", "Staff", "Store", "StoreDay"]
