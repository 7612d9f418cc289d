"""The catalogue of parts at /w/styleguide/: each shown as it looks, with the source that drew it.

Route, in development only: ``path("w/styleguide/", styleguide.styleguide, name="styleguide")``.
"""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation.money import Money
from foundation.web import PUBLIC, SIZES, Look, page

PARTS = (
    "buttons",
    "tiles",
    "balance",
    "items",
    "summary",
    "forms",
    "choices",
    "notes",
    "steps",
    "timeline",
    "live",
    "result",
    "codes",
    "table",
    "chart",
    "moving",
    "voice",
    "icons",
)
ICONS = (
    "qr-code",
    "scan-line",
    "arrow-left-right",
    "receipt-text",
    "users",
    "shield-check",
    "wallet",
    "banknote",
    "bell",
    "settings",
    "headset",
    "store",
    "house",
    "type",
    "contrast",
    "volume-2",
    "languages",
    "key-round",
    "lock",
    "smartphone",
    "undo-2",
    "search",
    "calendar",
    "camera",
    "image",
    "keyboard",
    "clock",
    "check",
    "x",
    "info",
    "triangle-alert",
    "log-out",
    "printer",
)
# One fixed moment, so that two pictures of the page can be compared.
SHOWN_AT = dt.datetime(2025, 11, 21, 10, 5, tzinfo=dt.UTC)
WEEK_MINOR = (128_050, 96_400, 143_900, 88_000, 156_730, 240_180, 201_500)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Your name"), help_text=_("As your family calls you."))
    phone = forms.CharField(
        label=_("Mobile number"),
        widget=forms.TextInput(attrs={"type": "tel"}),
        help_text=_("We send a code to it."),
    )
    code = forms.CharField(
        label=_("Code from the message"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        help_text=_("Six digits. It is valid for 15 minutes."),
    )
    amount = forms.CharField(label=_("Amount"))
    pin = forms.CharField(label=_("Payment PIN"), help_text=_("Six digits. Never tell anyone."))
    month = forms.ChoiceField(
        label=_("Month"), choices=[("2025-11", "2025-11"), ("2025-10", "2025-10")]
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea({"rows": 2}))
    photo = forms.FileField(label=_("Photo of the code"), required=False)


class ChoiceForm(forms.Form):
    """Choices of each kind."""

    size = forms.ChoiceField(
        label=_("Text size"),
        widget=forms.RadioSelect,
        choices=[
            ("standard", _("Standard")),
            ("large", _("Large")),
            ("xlarge", _("Extra large")),
        ],
    )
    contrast = forms.ChoiceField(
        label=_("Contrast"),
        widget=forms.RadioSelect,
        choices=[("standard", _("Standard")), ("high", _("High contrast"))],
    )
    voice = forms.BooleanField(
        label=_("Speak to me"), required=False, help_text=_("Money that arrives is said aloud.")
    )
    agree = forms.BooleanField(label=_("I have read the user agreement"))


@page(PUBLIC)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every part; `?size=large&contrast=high&language=en&face=portal` choose the look."""
    look = Look(
        size=_one_of(request.GET.get("size"), SIZES),
        contrast=_one_of(request.GET.get("contrast"), ("standard", "high")),
    )
    portal = request.GET.get("face") == "portal"
    language = request.GET.get("language") or translation.get_language()
    with translation.override(language):
        context = _samples(look) | {
            "look": look,
            "layout": "base/portal.html" if portal else "base/wallet.html",
            "portal": portal,
            "sizes": SIZES,
        }
        context["parts"] = [_part(name, context, request) for name in PARTS]
        return render(request, "styleguide.html", context)


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def _part(name: str, context: dict[str, Any], request: HttpRequest) -> dict[str, str | SafeString]:
    """Render one part and keep the source that drew it."""
    template = get_template(f"styleguide/{name}.html")
    source = template.template.source  # type: ignore[attr-defined]
    _load, _newline, body = source.partition("\n")
    return {
        "name": name,
        "html": template.render(context, request),
        "source": body.strip(),
    }


def _samples(look: Look) -> dict[str, Any]:
    """Return what the parts show."""
    wrong = SampleForm({"name": "", "amount": "12.345", "phone": "13800138000"})
    wrong.add_error("amount", forms.ValidationError(_("Write at most two decimals, like 12.50.")))
    days = [(f"11-{15 + index}", minor) for index, minor in enumerate(WEEK_MINOR)]
    return {
        "sample_form": SampleForm(prefix="sample"),
        "wrong_form": wrong,
        "choice_form": ChoiceForm(
            prefix="choice",
            initial={"size": look.size, "contrast": look.contrast, "voice": True},
        ),
        "price": Money(2850, "CNY"),
        "balance": Money(123_450, "CNY"),
        "shown_at": SHOWN_AT,
        "icons": ICONS,
        "week": [(day, minor, f"¥{minor // 100:,}.{minor % 100:02d}") for day, minor in days],
    }
