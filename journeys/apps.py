from importlib import import_module

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "journeys"
    verbose_name = "Journeys"

    def ready(self) -> None:
        # Registers this floor's consumers with the outbox.
        import_module("journeys.consumers")
