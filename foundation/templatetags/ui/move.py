"""Ways about: tabs, pages of a list, places of the portal."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html

from foundation.templatetags.ui.acts import icon_or_nothing
from foundation.templatetags.ui.library import attributes, register


@register.simple_block_tag
def tabs(content: str, label: str) -> str:
    """Switch between views of one thing; each tab is a link."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, content)


@register.simple_tag
def tab(label: str, href: str, current: bool = False) -> str:
    """Draw one tab."""
    return format_html(
        '<a href="{}"{}>{}</a>',
        href,
        attributes({"aria_current": "page" if current else None}),
        label,
    )


@register.simple_tag
def pager(older: str = "", newer: str = "") -> str:
    """Link to newer and older entries of a list; nothing where there are neither."""
    if not older and not newer:
        return ""
    return render_to_string("ui/pager.html", {"older": older, "newer": newer})


@register.simple_tag(takes_context=True)
def nav_item(context: dict[str, Any], label: str, href: str, icon: str, exact: bool = False) -> str:
    """Draw one place of the portal's navigation, marked where the reader is in it."""
    request = context.get("request")
    path = request.path if request else ""
    here = path == href if exact else path.startswith(href)
    return format_html(
        '<li><a href="{}"{}>{}<span>{}</span></a></li>',
        href,
        attributes({"aria_current": "page" if here else None}),
        icon_or_nothing(icon),
        label,
    )
