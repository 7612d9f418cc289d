from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from foundation.web import RefusalFormMixin
from journeys.operations.rules import REASON_CHARACTERS


class ReasonForm(RefusalFormMixin):
    """Why an operator looks something up about a person."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For example the number of a complaint. It is kept with your name."),
        max_length=REASON_CHARACTERS,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
