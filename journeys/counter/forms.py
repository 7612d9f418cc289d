import io

import zxingcpp
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image

from foundation.errors import Refusal
from foundation.idempotency.rules import StillRunning
from merchants.stores.forms import AmountField, KeyedForm, PlainTextField
from wallet.payments.rules import MAXIMUM_REQUEST_MINOR, NOTE_CHARACTERS, ungroup

PICTURE_BYTES = 10 * 1024 * 1024
PICTURE_PIXELS = 50_000_000
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
# Small enough to be read at once, large enough for a code that fills a third of a photo.
READ_SIDE_PIXELS = 1600
CODE_FORMATS = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128)


class CollectForm(KeyedForm):
    """What to ask a customer for."""

    amount = AmountField(label=_("Amount"), maximum_minor=MAXIMUM_REQUEST_MINOR)
    note = PlainTextField(
        label=_("Note"),
        help_text=_('The customer sees it, for example "2 bowls of noodles".'),
        max_length=NOTE_CHARACTERS,
        required=False,
    )

    def __init__(self, *args: object, currency: str, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].currency = currency


class CodePictureField(forms.FileField):
    """A photo or a camera frame; gives the text of the code on it, '' when there is none.

    `one_of_two`: it may be left empty, because the form has another way.
    """

    def __init__(self, *, one_of_two: bool = False, **options: object) -> None:
        super().__init__(**options)
        self.one_of_two = one_of_two

    def clean(self, data: object, initial: object = None) -> str:
        if self.one_of_two and not data:
            return ""
        return read_code(super().clean(data, initial))


class PayCodeField(forms.CharField):
    """The typed or scanned pay code; empty where a photo is sent instead."""

    def validate(self, value: str) -> None:
        """Leave an empty field to the form: one of two ways is enough."""


class ChargeForm(CollectForm):
    """The customer's pay code: typed or scanned into the field, or on a photo."""

    use_required_attribute = False

    code = PayCodeField(
        label=_("Or type the 18 digits of the pay code"),
        help_text=_("A scanner that types like a keyboard works here too."),
        max_length=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    photo = CodePictureField(
        one_of_two=True,
        label=_("Or choose a photo of the code"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal, and empty the code's field: the next scan types into it."""
        super().refuse(refusal)
        if not isinstance(refusal, StillRunning):
            self.data["code"] = ""

    def clean(self) -> dict[str, object]:
        given = super().clean()
        typed = ungroup(given.get("code") or "")
        given["code"] = typed or given.get("photo", "")
        if given["code"] or "code" in self.errors or "photo" in self.errors:
            return given
        if "photo" in self.files:
            self.add_error(
                "photo",
                forms.ValidationError(
                    gettext(
                        "We could not find a code on this photo. Take it again from nearer,"
                        " in good light, or type the 18 digits."
                    ),
                    code="photo_without_code",
                ),
            )
        else:
            self.add_error(
                "code",
                forms.ValidationError(
                    gettext("Scan the customer's pay code, or type its 18 digits."),
                    code="code_missing",
                ),
            )
        return given


class FrameForm(forms.Form):
    """One frame of the camera."""

    frame = CodePictureField()


class PaymentFilterForm(forms.Form):
    """Which payments of a store to show."""

    search = PlainTextField(
        label=_("Search"),
        help_text=_("Reference or note."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    date = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def read_code(picture: UploadedFile) -> str:
    """Return the text of the QR code or the barcode on a picture, '' when none is found.

    :raises ValidationError: too large, or not a picture of a kind that is read
    """
    if picture.size > PICTURE_BYTES:
        raise forms.ValidationError(
            gettext("This photo is too large. Choose one of at most 10 MB."), code="photo_too_large"
        )
    try:
        image = Image.open(io.BytesIO(picture.read()), formats=PICTURE_FORMATS)
        if image.width * image.height > PICTURE_PIXELS:
            raise ValueError("more pixels than a camera makes")
        image.draft("L", (READ_SIDE_PIXELS, READ_SIDE_PIXELS))
        grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise forms.ValidationError(
            gettext("This file is not a photo that we can read. Choose a JPEG or PNG photo."),
            code="photo_not_readable",
        ) from error
    grey.thumbnail((READ_SIDE_PIXELS, READ_SIDE_PIXELS))
    found = zxingcpp.read_barcodes(grey, formats=CODE_FORMATS)
    return next((code.text for code in found if code.valid and code.text), "")
