"""Icons, and what a person can press."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from foundation import figures
from foundation.templatetags.ui.library import attributes, register


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a Lucide icon. It is decoration beside words, so it is silent without a label."""
    shapes = SafeString(figures.icon_paths(str(name)))
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            label,
            shapes,
        )
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        shapes,
    )


def icon_or_nothing(name: str) -> SafeString:
    return icon(name) if name else SafeString()


BUTTON_CLASSES = {
    "primary": "btn",
    "secondary": "btn btn-secondary",
    "danger": "btn btn-danger",
    "quiet": "btn btn-quiet",
}


@register.simple_tag
def button(label: str, href: str = "", kind: str = "primary", icon: str = "", **more: Any) -> str:
    """Draw a button, or a link that looks like one where `href` is given.

    :param kind: primary (one a page), secondary, danger, quiet
    :param more: name, value, type, form, busy (words while the form is being sent), fit=True
        (as wide as its words), and any attribute with underscores for hyphens (hx_get=…)
    """
    busy = more.pop("busy", "")
    classes = BUTTON_CLASSES[kind] + (" btn-fit" if more.pop("fit", False) else "")
    words = format_html(
        '<span class="idle-text">{}</span><span class="busy-text">{}</span>', label, busy
    )
    content = format_html("{}{}", icon_or_nothing(icon), words if busy else label)
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}</a>', classes, href, attributes(more), content
        )
    more = {"type": "submit", **more}
    return format_html('<button class="{}"{}>{}</button>', classes, attributes(more), content)


@register.simple_block_tag
def actions(content: str) -> str:
    """Stack the buttons that end a page, the main one first."""
    return format_html('<div class="actions">{}</div>', content)


@register.simple_tag
def back_link(href: str, label: str = "") -> str:
    """Draw the way back at the head of a page."""
    return format_html(
        '<a class="chip back" href="{}">{}{}</a>',
        href,
        icon("chevron-left"),
        label or gettext("Back"),
    )


@register.simple_block_tag
def tiles(content: str) -> str:
    """Lay tiles out two in a row."""
    return format_html('<ul class="tiles">{}</ul>', content)


@register.simple_tag
def tile(label: str, href: str, icon: str, main: bool = False, note: str = "") -> str:
    """Draw one large way into a function; `main` for the two that matter most."""
    return format_html(
        '<li><a class="tile{}" href="{}">{}<span>{}</span>{}</a></li>',
        " tile-main" if main else "",
        href,
        icon_or_nothing(icon),
        label,
        format_html("<small>{}</small>", note) if note else "",
    )
