from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.web import RefusalFormMixin
from members.profile.rules import NAME_LENGTH


class PhoneForm(RefusalFormMixin):
    """The first step."""

    # Room for a wrong entry: the rules say in words of their own what is wrong with it.
    phone = forms.CharField(
        label=_("Mobile number"),
        help_text=_("For example 138 0013 8000."),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class CodeForm(RefusalFormMixin):
    """The second step."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("6 digits, valid for 15 minutes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class NameForm(RefusalFormMixin):
    """The third step."""

    display_name = forms.CharField(
        label=_("Your name"),
        help_text=_("Others see it when money moves between you, for example Wang Lan."),
        max_length=NAME_LENGTH * 4,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class PinForm(RefusalFormMixin):
    """The fourth step."""

    pin = forms.CharField(
        label=_("Payment PIN"),
        help_text=_("6 digits that you remember and others cannot guess. No birthday, no 123456."),
        max_length=40,
    )
    pin_repeated = forms.CharField(
        label=_("The same PIN once more"),
        max_length=40,
    )
