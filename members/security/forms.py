from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from foundation.money import Money, format_money
from foundation.web import RefusalFormMixin
from members.security import rules

CURRENCY = "CNY"


class ProofForm(RefusalFormMixin):
    """The code that proves that the phone is in the member's hand."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("6 digits, valid for 15 minutes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class PinForm(RefusalFormMixin):
    """The payment PIN, asked for one act."""

    pin = forms.CharField(label=_("Payment PIN"), max_length=40)


class NewPinForm(RefusalFormMixin):
    """A new PIN, twice."""

    pin = forms.CharField(
        label=_("New PIN"),
        help_text=_("6 digits that you remember and others cannot guess. No birthday, no 123456."),
        max_length=40,
    )
    pin_repeated = forms.CharField(label=_("The same PIN once more"), max_length=40)


class ChangePinForm(NewPinForm):
    """The PIN of today, and a new one twice."""

    old_pin = forms.CharField(label=_("PIN you have now"), max_length=40)
    field_order = ("old_pin", "pin", "pin_repeated")


class LimitForm(RefusalFormMixin):
    """One limit, chosen from a list that always holds the present one."""

    amount = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    pin = forms.CharField(label=_("Payment PIN"), max_length=40, required=False)

    def __init__(self, *args: object, which: str, now_minor: int, **options: object) -> None:
        super().__init__(*args, **options)
        amounts = sorted({*rules.LIMIT_CHOICES[which], now_minor})
        self.fields["amount"].choices = [(amount, limit_label(amount)) for amount in amounts]
        self.fields["amount"].label = LIMIT_LABELS[which]


LIMIT_LABELS = {
    "one_tap": _("Without PIN, up to"),
    "per_payment": _("One payment, up to"),
    "per_day": _("In one day, up to"),
}


def limit_label(amount_minor: int) -> str:
    """Write a limit; nothing without PIN means that the PIN is always asked."""
    if amount_minor == 0:
        return gettext("Always ask for the PIN")
    return format_money(Money(amount_minor, CURRENCY), get_language() or "zh-hans")
