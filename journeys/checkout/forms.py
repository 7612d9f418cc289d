from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refusal
from foundation.web import RefusalFormMixin
from journeys.counter.forms import CodePictureField
from merchants.stores.forms import AmountField, KeyedForm, PlainTextField
from wallet.payments.rules import MAXIMUM_REQUEST_MINOR, NOTE_CHARACTERS, ScanMissing

PHOTO_BYTES = 5 * 1024 * 1024
FRAME_BYTES = 1024 * 1024
JPEG_START = b"\xff\xd8\xff"
# Longer than any link or payload of ours; what is longer is refused without a look at it.
CODE_CHARACTERS = 2000


class ConfirmForm(KeyedForm):
    """The member's yes to a payment."""


class PinForm(ConfirmForm):
    """The member's yes with the PIN; its form is judged where it is checked."""

    pin = forms.CharField(
        label=_("Payment PIN"),
        help_text=_("Six digits. Never tell them to anyone, not even to us."),
        max_length=40,
        strip=False,
        error_messages={
            "required": _("Enter your 6-digit payment PIN."),
            "max_length": _("A payment PIN has exactly 6 digits from 0 to 9. Enter it again."),
        },
    )


class AmountForm(RefusalFormMixin):
    """How much to pay at a store, and what for."""

    amount = AmountField(label=_("Amount"), maximum_minor=MAXIMUM_REQUEST_MINOR)
    note = PlainTextField(
        label=_("Note"),
        help_text=_("The shop can see it."),
        max_length=NOTE_CHARACTERS,
        required=False,
    )

    def __init__(self, *args: object, currency: str, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].currency = currency


class PhotoField(CodePictureField):
    """A photo of a code, judged by its content, of at most 5 MB."""

    def clean(self, data: object, initial: object = None) -> str:
        if data and data.size > PHOTO_BYTES:
            raise forms.ValidationError(
                gettext("This photo is too large. Choose one of at most 5 MB."),
                code="photo_too_large",
            )
        return super().clean(data, initial)


class CodeField(forms.CharField):
    """The scanned or typed code; empty where a photo is sent instead."""

    def validate(self, value: str) -> None:
        """Leave an empty field to the form: one of two ways is enough."""


class FrameField(CodePictureField):
    """One frame of the camera: a JPEG of at most 1 MB."""

    def clean(self, data: object, initial: object = None) -> str:
        if data:
            start = data.read(len(JPEG_START))
            data.seek(0)
            if data.size > FRAME_BYTES or start != JPEG_START:
                raise forms.ValidationError("not a frame", code="frame_not_readable")
        return super().clean(data, initial)


class ScanForm(RefusalFormMixin):
    """A shop's code: scanned or typed into the field, or on a photo."""

    use_required_attribute = False

    code = CodeField(
        label=_("Shop number"),
        help_text=_("The 10 digits under the shop's code."),
        max_length=CODE_CHARACTERS,
        error_messages={"max_length": _("This is far too long for a shop's code. Scan it again.")},
    )
    photo = PhotoField(
        one_of_two=True,
        label=_("A photo of the shop's code"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean(self) -> dict[str, object]:
        given = super().clean()
        photo = given.get("photo") or ""
        if not given.get("code") and not self.errors and not photo and "photo" in self.files:
            self.add_error(
                "photo",
                forms.ValidationError(
                    gettext(
                        "We could not find a code on this photo. Take it again from nearer,"
                        " in good light, or type the shop number."
                    ),
                    code="photo_without_code",
                ),
            )
        given["code"] = given.get("code") or photo
        if not given["code"] and not self.errors:
            self.refuse(ScanMissing("code"))
        return given

    def refuse(self, refusal: Refusal) -> None:
        """Show what is wrong with the code at the way by which it came."""
        refusal.field = "photo" if "photo" in self.files else "code"
        super().refuse(refusal)


class FrameForm(forms.Form):
    """One frame of the camera."""

    frame = FrameField()
