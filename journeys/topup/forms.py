from decimal import Decimal

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from foundation.money import Money, format_money, money_decimal_text
from merchants.stores.forms import AmountField, KeyedForm
from wallet.funding.rules import CURRENCY, MAXIMUM_MINOR

OFFERED_MINOR = (5_000, 10_000, 20_000, 50_000)
OTHER = "other"


class TopUpForm(KeyedForm):
    """One of the amounts that are offered, or another one."""

    use_required_attribute = False

    choice = forms.ChoiceField(label=_("Amount"), widget=forms.RadioSelect)
    amount = AmountField(
        label=_("A different amount"),
        help_text=_("¥1 to ¥50,000. Leave it empty if you chose an amount above."),
        maximum_minor=MAXIMUM_MINOR,
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        language = get_language() or ""
        offered = [Money(minor, CURRENCY) for minor in OFFERED_MINOR]
        self.fields["choice"].choices = [
            *((money_decimal_text(money), format_money(money, language)) for money in offered),
            (OTHER, _("A different amount")),
        ]

    def full_clean(self) -> None:
        """Read an amount without a choice as another amount."""
        if self.is_bound and self.data.get("amount") and not self.data.get("choice"):
            self.data = self.data.copy()
            self.data["choice"] = OTHER
        super().full_clean()

    def clean(self) -> dict[str, object]:
        given = super().clean()
        choice, typed = given.get("choice"), (self.data.get("amount") or "").strip()
        if choice == OTHER:
            return given
        self.errors.pop("amount", None)
        if choice and typed:
            # Two amounts: nobody but the member knows which one is meant.
            self.add_error(
                "amount",
                forms.ValidationError(
                    gettext(
                        "You chose an amount above and entered another one here."
                        ' Choose "A different amount", or empty this field.'
                    ),
                    code="two_amounts",
                ),
            )
        elif choice:
            given["amount"] = Money(int(Decimal(choice) * 100), CURRENCY)
        return given
