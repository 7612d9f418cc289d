"""Where the house is wired: settings, routes, Celery, the WSGI entry. No rules live here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
