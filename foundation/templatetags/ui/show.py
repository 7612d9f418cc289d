"""Money, numbers and moments as people read them."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from foundation.money import Money, amount_in_words, format_money, spoken
from foundation.templatetags.ui.library import register

MINUS = "\N{MINUS SIGN}"


def _language() -> str:
    return get_language() or "zh-hans"


@register.simple_tag
def amount(money: Money | str, flow: str = "", plain: bool = False) -> str:
    """Show money, large (`plain` for the size of the text around it).

    `flow` 'out' or 'in' says the direction in words and by sign, never by colour alone.
    """
    text = format_money(money, _language()) if isinstance(money, Money) else str(money)
    words, sign = {
        "out": (gettext("Spent"), MINUS),
        "in": (gettext("Received"), "+"),
        "": ("", ""),
    }[flow]
    return format_html(
        '<span class="amount{}{}">{}<span class="amount-figure nowrap">{}{}</span></span>',
        f" amount-{flow}" if flow else "",
        " amount-plain" if plain else "",
        format_html('<span class="amount-flow">{}</span> ', words) if words else "",
        sign,
        text,
    )


@register.filter
def money(value: Money) -> str:
    """Write money as plain text: '¥12.50'."""
    return format_money(value, _language())


@register.filter
def in_words(value: Money) -> str:
    """Write money in words, in Chinese as 大写."""
    return amount_in_words(money=value, language=_language())


@register.filter
def aloud(value: Money) -> str:
    """Write money as it is spoken."""
    return spoken(value, _language())


@register.filter
def grouped(value: Any) -> str:
    """Write a long number in groups of four, as people read it out: '2025 1121 1805 …'."""
    text = str(value)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.filter
def when(value: dt.datetime) -> str:
    """Write a moment in the reader's words: '2025年11月21日 18:05', '21 Nov 2025, 18:05'."""
    local = timezone.localtime(value)
    if _language().startswith("zh"):
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%b %Y, %H:%M}"


@register.filter
def when_short(value: dt.datetime) -> str:
    """Write a moment without its year: '11月21日 18:05', '21 Nov, 18:05'."""
    local = timezone.localtime(value)
    if _language().startswith("zh"):
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%b, %H:%M}"
