"""Checks of the settings that `manage.py check --deploy` runs beside Django's own."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def no_sandbox_secret(**_: Any) -> list[Error]:
    """The development secret of the sandbox bank signs money in: never in production."""
    if "loopback" in settings.SANDBOX_BANK_SECRET or settings.DEVELOPMENT_PAGES:
        return [
            Error(
                "Sandbox secrets or development pages are on.",
                hint="Use config.settings.production and set SANDBOX_BANK_SECRET.",
                id="tongbao.E001",
            )
        ]
    return []
