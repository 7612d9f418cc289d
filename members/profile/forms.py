from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.web import RefusalFormMixin
from members.profile import rules


class SizeForm(RefusalFormMixin):
    """How large the text is."""

    size = forms.ChoiceField(
        label=_("Text size"),
        choices=[
            ("standard", _("Standard text")),
            ("large", _("Large text")),
            ("xlarge", _("Extra large text")),
        ],
        widget=forms.RadioSelect,
    )


class ContrastForm(RefusalFormMixin):
    """How strongly text and ground differ."""

    contrast = forms.ChoiceField(
        label=_("Contrast"),
        choices=[("standard", _("Standard colors")), ("high", _("High contrast"))],
        widget=forms.RadioSelect,
    )


class VoiceForm(forms.Form):
    """Whether pages sound by themselves."""

    voice = forms.BooleanField(
        label=_("Sound and voice"),
        help_text=_("Money that arrives is announced by a chime and by voice."),
        required=False,
    )


class LanguageForm(RefusalFormMixin):
    """Which language pages and messages have. Each is written in itself."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("zh-hans", "简体中文"), ("en", "English")],
        widget=forms.RadioSelect,
    )


class NameForm(RefusalFormMixin):
    """What others see of a member before they pay."""

    # The rules say what is wrong with a name, in words of their own.
    display_name = forms.CharField(
        label=_("Your name"),
        help_text=_("Others see it when money moves between you, for example Wang Lan."),
        max_length=rules.NAME_LENGTH * 4,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ReasonForm(RefusalFormMixin):
    """Why a colleague does what is written down."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is kept with your name, for example the number of the complaint."),
        min_length=5,
        max_length=200,
    )
