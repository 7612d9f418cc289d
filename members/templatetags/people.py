"""How pages write what belongs to a person: `{% load people %}`."""

from django import template

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
