"""Parts of forms: any Django form field in our markup.

The kind of a field is told from its widget; `kind=` in the template overrides it:
text, amount, pin, code, phone, digits, search, textarea, select, file, radio, checks, check,
switch, size, contrast.
"""

import copy
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from foundation.templatetags.ui.library import register

CHOICE_KINDS = {"radio", "checks", "check", "switch", "size", "contrast"}
INPUT_ATTRS: dict[str, dict[str, str]] = {
    "amount": {"inputmode": "decimal", "autocomplete": "off", "enterkeyhint": "next"},
    "pin": {"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"},
    "code": {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6"},
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "digits": {"inputmode": "numeric", "autocomplete": "off"},
    "search": {"inputmode": "search", "enterkeyhint": "search"},
}
INPUT_TYPES = {"amount": "text", "code": "text", "phone": "tel", "digits": "text"}


@register.simple_tag
def field(
    bound: BoundField,
    kind: str = "",
    *,
    label: str = "",
    hint: str = "",
    prefix: str = "",
    notes: dict[str, str] | None = None,
    **attributes: Any,
) -> str:
    """Draw a form field: label, hint, its errors in the summary's words, and the input.

    :param prefix: stands before the input; an amount has '¥' unless told otherwise
    :param notes: for choices: a line under the label of each value
    :param attributes: of the input; underscores become hyphens
    """
    if bound.is_hidden:
        return bound.as_widget()
    kind = kind or _kind_of(bound)
    hint = hint or bound.help_text
    attrs = {name.replace("_", "-"): value for name, value in attributes.items()}
    described = _described_by(bound, hint)
    context: dict[str, Any] = {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "optional": not bound.field.required and kind not in CHOICE_KINDS and kind != "search",
        "described": described,
        "errors": _error_texts(bound),
        "prefix": prefix or ("¥" if kind == "amount" else ""),
    }
    if kind in CHOICE_KINDS:
        context["options"] = list(_options(bound, kind, notes or {}))
        template = "ui/field_choice.html"
        if kind in {"check", "switch"}:
            template = "ui/field_check.html"
            context["checked"] = bool(bound.value())
    else:
        context["control"] = _control(bound, kind, attrs, described)
        template = "ui/field.html"
    return render_to_string(template, context)


def _kind_of(bound: BoundField) -> str:
    """Tell the kind from the widget, most particular first."""
    widget = bound.field.widget
    if widget.attrs.get("autocomplete") == "one-time-code":
        return "code"
    kinds = (
        (forms.CheckboxSelectMultiple, "checks"),
        (forms.RadioSelect, "radio"),
        (forms.CheckboxInput, "check"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    )
    for widget_class, kind in kinds:
        if isinstance(widget, widget_class):
            return kind
    return {"tel": "phone", "search": "search"}.get(getattr(widget, "input_type", ""), "text")


def _described_by(bound: BoundField, hint: str) -> str:
    """Return the ids of the hint and the errors, for aria-describedby."""
    ids = [f"{bound.auto_id}_hint"] if hint else []
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


def _control(bound: BoundField, kind: str, attrs: dict[str, Any], described: str) -> SafeString:
    """Render the field's own widget with the attributes of its kind."""
    widget = copy.copy(bound.field.widget)
    widget.attrs = {**INPUT_ATTRS.get(kind, {}), **widget.attrs, **attrs}
    if kind == "pin":
        # A password input masks the digits and never gives them back to the page.
        widget = forms.PasswordInput(attrs=widget.attrs)
    elif kind in INPUT_TYPES and isinstance(widget, forms.widgets.Input):
        widget.input_type = INPUT_TYPES[kind]
        for number_attribute in ("step", "min", "max"):
            widget.attrs.pop(number_attribute, None)
    widget.attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
    # Given here, and not on the widget, lest Django name ids of its own markup.
    return bound.as_widget(
        widget=widget, attrs={"aria-describedby": described} if described else None
    )


def _options(bound: BoundField, kind: str, notes: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what each choice needs to be drawn."""
    if kind in {"check", "switch"}:
        return
    for option in bound.subwidgets:
        data = option.data
        value = str(data["value"])
        yield {
            "id": data["attrs"].get("id", ""),
            "name": data["name"],
            "type": data["type"],
            "value": value,
            "checked": data["selected"],
            "label": data["label"],
            "note": notes.get(value, ""),
            "sample": value if kind == "size" else "",
            "swatch": value if kind == "contrast" else "",
        }


@register.simple_tag
def form_fields(form: forms.BaseForm) -> SafeString:
    """Draw all fields of a form in order, the hidden ones too."""
    drawn = [str(bound) for bound in form.hidden_fields()]
    drawn += [field(bound) for bound in form.visible_fields()]
    return format_html_join("", "{}", ((part,) for part in drawn))


@register.simple_tag
def form_errors(form: forms.BaseForm) -> str:
    """Draw the summary of a form's errors, focused on load; nothing where there are none.

    Each error is a link to its field and stands there in the same words.
    """
    if not form.errors:
        return ""
    listed = [{"text": text, "href": ""} for text in form.non_field_errors()]
    for bound in form:
        listed += [{"text": text, "href": _anchor(bound)} for text in _error_texts(bound)]
    return render_to_string("ui/form_errors.html", {"listed": listed})


def _error_texts(bound: BoundField) -> list[str]:
    """Return a field's errors; Django's "This field is required." names the field instead.

    The summary lists several of them, and each has to say where it belongs.
    """
    empty = forms.Field.default_error_messages["required"]
    named = gettext("Please fill in: %(field)s") % {"field": bound.label}
    return [named if text == str(empty) else text for text in bound.errors]


def _anchor(bound: BoundField) -> str:
    """Return the id of what a link to the field moves to."""
    if bound.is_hidden or not bound.auto_id:
        return ""
    several = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"#{bound.auto_id}_0" if several else f"#{bound.auto_id}"


@register.simple_tag
def title_prefix(form: forms.BaseForm | str = "") -> str:
    """Return 'Error: ' for the title of a page whose form has errors, else nothing."""
    if isinstance(form, forms.BaseForm) and form.errors:
        return gettext("Error:") + " "
    return ""
