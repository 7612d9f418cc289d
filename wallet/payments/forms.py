import datetime as dt

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refusal
from foundation.text import clean_text
from foundation.web import say

MONTHS_OFFERED = 24
SEARCH_CHARACTERS = 60


class HistoryForm(forms.Form):
    """Which records of a member's history to show."""

    search = forms.CharField(
        label=_("Search"),
        help_text=_("Shop, note or reference."),
        max_length=SEARCH_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    month = forms.ChoiceField(label=_("Month"), required=False)
    kind = forms.ChoiceField(
        choices=[("", ""), ("payment", ""), ("refund", ""), ("top_up", "")],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: object, today: dt.date, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["month"].choices = [("", _("All months")), *_months(today)]

    def clean_search(self) -> str:
        try:
            return clean_text(self.cleaned_data["search"], SEARCH_CHARACTERS)
        except Refusal as refusal:
            raise forms.ValidationError(say(refusal), code=refusal.code) from refusal


def month_label(month: dt.date) -> str:
    """Write a month as its reader does: 'November 2025', '2025年11月'."""
    return date_format(month, gettext("F Y"))


def _months(today: dt.date) -> list[tuple[str, str]]:
    month, months = today.replace(day=1), []
    for _each in range(MONTHS_OFFERED):
        months.append((f"{month:%Y-%m}", month_label(month)))
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return months
