"""Celery carries hints only: what must happen is in tables, and beat sweeps them."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

app = Celery("tongbao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["foundation", "wallet", "merchants", "members", "campaigns", "journeys"])


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery would replace the structured logging of the settings; this keeps it."""
