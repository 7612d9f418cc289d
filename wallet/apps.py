from importlib import import_module

from django.apps import AppConfig


class WalletConfig(AppConfig):
    name = "wallet"
    verbose_name = "Wallet"

    def ready(self) -> None:
        # Registers this floor's consumers with the outbox.
        import_module("wallet.consumers")
