"""The web server of the benchmark: as in production, over plain HTTP on loopback."""

from config.settings.development import *  # noqa: F403
from config.settings.development import INSTALLED_APPS, env

DEVELOPMENT_PAGES = False
INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
LOGGING["root"]["level"] = env.str("LOG_LEVEL", "WARNING")  # type: ignore[name-defined] # noqa: F405
