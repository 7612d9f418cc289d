import phonenumbers
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from foundation.errors import Refusal
from foundation.idempotency.actions import new_key
from foundation.idempotency.rules import StillRunning
from foundation.money import Money, parse_amount
from foundation.text import clean_text
from foundation.users.models import User
from foundation.web import RefusalFormMixin, say
from merchants.stores import queries
from merchants.stores.models import District, Merchant, Staff


class PlainTextField(forms.CharField):
    """Text without hidden characters, its spaces tidied."""

    def clean(self, value: object) -> str:
        text = super().clean(value)
        try:
            return clean_text(text, self.max_length or 200)
        except Refusal as refusal:
            raise forms.ValidationError(say(refusal), code=refusal.code) from refusal


class AmountField(forms.CharField):
    """An amount as people type it; gives Money in the currency that the form sets."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, maximum_minor: int, currency: str = "CNY", **options: object) -> None:
        self.maximum_minor = maximum_minor
        self.currency = currency
        # 40 characters keep out what is no amount anyway.
        super().__init__(max_length=40, strip=False, **options)

    def validate(self, value: str) -> None:
        """Leave an empty field to parse_amount, which refuses it in its own words."""

    def clean(self, value: object) -> Money:
        text = super().clean(value)
        try:
            return parse_amount(text=text, currency=self.currency, maximum_minor=self.maximum_minor)
        except Refusal as refusal:
            raise forms.ValidationError(say(refusal), code=refusal.code) from refusal


class KeyedForm(RefusalFormMixin):
    """A form that does something once, however often it is sent: its key is drawn with the page."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal, and draw a new key: the next sending is a new decision."""
        super().refuse(refusal)
        if not isinstance(refusal, StillRunning):
            self.data = self.data.copy()
            self.data[self.add_prefix("key")] = new_key()


class PersonField(forms.CharField):
    """The mobile number of somebody who has a wallet; gives the user."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def __init__(self, **options: object) -> None:
        super().__init__(max_length=20, **options)

    def clean(self, value: object) -> User:
        user = queries.find_person(phone=_e164(super().clean(value)))
        if user is None:
            raise forms.ValidationError(
                gettext(
                    "Nobody with this mobile number has a wallet here yet."
                    " Ask the person to join first."
                ),
                code="person_not_found",
            )
        return user


def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise forms.ValidationError(
            gettext("Enter the mobile number with 11 digits, for example 139 0000 0000."),
            code="phone_not_valid",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class HireForm(RefusalFormMixin):
    """Somebody to take on, and as what."""

    phone = PersonField(
        label=_("Mobile number"), help_text=_("The number with which the person uses the wallet.")
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: object, may_hire_managers: bool = True, **options: object) -> None:
        super().__init__(*args, **options)
        roles = [Staff.Role.CASHIER, Staff.Role.MANAGER] if may_hire_managers else ["cashier"]
        self.fields["role"].choices = [(role, Staff.Role(role).label) for role in roles]
        self.fields["role"].initial = Staff.Role.CASHIER


# --- the operator's forms, drawn by the back office ---------------------------------------------


def _office(field: forms.Field) -> forms.Field:
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    field.widget = UnfoldAdminSelectWidget() if chosen else UnfoldAdminTextInputWidget()
    if chosen:
        field.widget.choices = field.choices
    return field


class OpenDistrictForm(RefusalFormMixin):
    name = _office(PlainTextField(label=_("Name"), max_length=60))


class OpenMerchantForm(RefusalFormMixin):
    name = _office(PlainTextField(label=_("Name"), max_length=60))
    kind = _office(forms.ChoiceField(label=_("Kind"), choices=Merchant.Kind.choices))
    owner = _office(
        PersonField(
            label=_("Owner's mobile number"), help_text=_("The owner needs a wallet first.")
        )
    )


class OpenStoreForm(RefusalFormMixin):
    name = _office(PlainTextField(label=_("Name"), max_length=60))
    district = _office(
        forms.ModelChoiceField(label=_("District"), queryset=District.objects.order_by("id"))
    )
    address = _office(PlainTextField(label=_("Address"), max_length=120, required=False))
    phone = _office(PlainTextField(label=_("Phone"), max_length=20, required=False))


class OfficeHireForm(HireForm):
    phone = _office(PersonField(label=_("Mobile number")))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        choices = self.fields["role"].choices
        self.fields["role"].widget = UnfoldAdminSelectWidget(choices=choices)
