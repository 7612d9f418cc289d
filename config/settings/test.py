"""The tests: development settings, but strict, and with a database that may be emptied."""

from config.settings.development import *  # noqa: F403
from config.settings.development import DATABASES, INSTALLED_APPS, env

DEBUG = False
INSTALLED_APPS = ["django_linear_migrations", *INSTALLED_APPS]
# Only test databases may truncate the append-only tables (between transactional tests).
DATABASES["default"]["OPTIONS"]["options"] += " -c tongbao.truncate=allowed"
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Hints go nowhere unless the run names a broker.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "memory://")
CELERY_BROKER_TRANSPORT_OPTIONS = {}
LOG_LEVEL = "ERROR"
