"""Cards, and lists of facts and of things to open."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext

from foundation.money import Money
from foundation.templatetags.ui.acts import icon_or_nothing
from foundation.templatetags.ui.library import attributes, register
from foundation.templatetags.ui.show import amount


@register.simple_block_tag
def card(content: str, title: str = "", id: str = "", level: int = 2) -> str:
    """Put content on a card, with a heading where `title` is given."""
    heading = format_html("<h{}>{}</h{}>", level, title, level) if title else ""
    return format_html(
        '<section class="card"{}>{}{}</section>', attributes({"id": id or None}), heading, content
    )


@register.simple_block_tag
def items(content: str) -> str:
    """List rows that open something, such as records or settings."""
    return format_html('<ul class="items">{}</ul>', content)


@register.simple_tag
def item(
    title: str,
    href: str = "",
    note: str = "",
    icon: str = "",
    money: Money | str = "",
    flow: str = "",
    tag: str = "",
    tag_kind: str = "",
) -> str:
    """Draw one row: icon, title over note, and an amount (flow in, out) or an arrow."""
    words = format_html(
        '<span class="item-text"><span class="item-title">{}</span>{}{}</span>',
        title,
        format_html('<span class="item-note">{}</span>', note) if note else "",
        format_html("<span>{}</span>", label_tag(tag, tag_kind)) if tag else "",
    )
    tail = amount(money, flow) if money else (icon_or_nothing("chevron-right" if href else ""))
    content = format_html("{}{}{}", icon_or_nothing(icon), words, tail)
    if href:
        return format_html('<li><a class="item" href="{}">{}</a></li>', href, content)
    return format_html('<li><div class="item">{}</div></li>', content)


@register.simple_tag
def label_tag(label: str, kind: str = "") -> str:
    """Draw a small label of a state; kind: ok, warning, danger, info or none."""
    return format_html('<span class="tag{}">{}</span>', f" tag-{kind}" if kind else "", label)


@register.simple_block_tag
def summary(content: str, id: str = "") -> str:
    """List facts, each a label over (or beside) its value: check pages, receipts."""
    return format_html('<dl class="summary"{}>{}</dl>', attributes({"id": id or None}), content)


@register.simple_tag
def fact(label: str, value: Any, href: str = "", words: str = "") -> str:
    """Draw one fact of a summary; `href` lets the person change it, `words` says it in words."""
    change = (
        format_html(
            '<dd class="summary-change"><a class="link" href="{}">{}'
            '<span class="sr"> {}</span></a></dd>',
            href,
            gettext("Change"),
            label,
        )
        if href
        else ""
    )
    return format_html(
        "<div><dt>{}</dt><dd>{}{}</dd>{}</div>",
        label,
        amount(value) if isinstance(value, Money) else value,
        format_html('<div class="in-words">{}</div>', words) if words else "",
        change,
    )


@register.simple_block_tag
def fact_block(content: str, label: str) -> str:
    """Draw a fact whose value needs markup of its own."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)
