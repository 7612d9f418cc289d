"""How pages write what belongs to a person: `{% load people %}`."""

from django import template
from django.utils.translation import gettext, gettext_noop

from members.profile import rules

register = template.Library()


@register.filter
def phone(value: str) -> str:
    """Write an E.164 number as people read it: '138 0013 8000', '+852 5123 4567'."""
    return rules.show_phone(str(value or ""))


@register.filter
def masked_phone(value: str) -> str:
    """Write an E.164 number with its middle hidden: '138****8000'."""
    return rules.mask_phone(str(value or ""))


DEVICES = (
    ("MicroMessenger", gettext_noop("WeChat on a phone")),
    ("iPhone", gettext_noop("iPhone")),
    ("iPad", gettext_noop("iPad")),
    ("Android", gettext_noop("Android phone or tablet")),
    ("HarmonyOS", gettext_noop("HarmonyOS phone or tablet")),
    ("Windows", gettext_noop("Windows computer")),
    ("Macintosh", gettext_noop("Mac computer")),
    ("Linux", gettext_noop("Linux computer")),
)


@register.filter
def device(user_agent: str) -> str:
    """Name the device behind a browser's User-Agent, as its owner would."""
    for mark, name in DEVICES:
        if mark in (user_agent or ""):
            return gettext(name)
    return gettext("Another device or app")
