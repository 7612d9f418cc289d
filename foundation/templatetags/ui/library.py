"""The one library that the parts register with, and how they write attributes."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


def attributes(values: Mapping[str, Any]) -> SafeString:
    """Write HTML attributes: underscores become hyphens, True stands alone, False and None go."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in ((name.replace("_", "-"), value) for name, value in values.items())
            if value is not False and value is not None
        ),
    )
