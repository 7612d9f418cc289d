from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.money import Money, money_decimal_text
from merchants.stores.forms import AmountField, KeyedForm, PlainTextField
from wallet.payments.rules import MAXIMUM_REQUEST_MINOR, REASON_CHARACTERS

FULL = "full"
PART = "part"


class RefundForm(KeyedForm):
    """How much to give back, and why. The check page sends the same fields again, hidden."""

    extent = forms.ChoiceField(
        label=_("How much to refund"),
        choices=[(FULL, _("All that is left")), (PART, _("A part of it"))],
        widget=forms.RadioSelect,
        initial=FULL,
    )
    amount = AmountField(
        label=_("Amount of that part"),
        maximum_minor=MAXIMUM_REQUEST_MINOR,
    )
    reason = PlainTextField(
        label=_("Reason"),
        help_text=_('The customer sees it, for example "sold out".'),
        max_length=REASON_CHARACTERS,
        required=False,
    )

    def __init__(self, *args: object, left: Money, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].currency = left.currency
        if self.is_bound and self.data.get("extent") == FULL:
            # The typed amount counts for a part only. From the check page on the amount is fixed
            # (a part), so that sending it twice asks for the same thing twice.
            self.data = self.data.copy()
            self.data["amount"] = money_decimal_text(left)
