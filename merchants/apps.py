from importlib import import_module

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "merchants"
    verbose_name = "Merchants"

    def ready(self) -> None:
        # Registers this floor's consumers with the outbox.
        import_module("merchants.consumers")
