"""A member's phone number, name and way of reading."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from foundation.errors import N_ as _
from foundation.errors import Missing, Refusal
from foundation.text import has_hidden_characters

SIZES: Final = ("standard", "large", "xlarge")
CONTRASTS: Final = ("standard", "high")
LANGUAGES: Final = ("zh-hans", "en")
SENIOR_SIZE: Final = "large"
"""The size that the 长辈版 switch chooses first."""

NAME_LENGTH: Final = 30
_HOME_REGION: Final = "CN"
_MAXIMUM_PHONE_CHARACTERS: Final = 32
_MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_PHONE: Final = re.compile(r"\+?[0-9 ().\-/]+")
# 〇 is a number to Unicode and a character of names to people.
_NAME_MARKS: Final = frozenset(" ·•・‧.'’-‐()（）〇")
_LINK: Final = re.compile(
    r"://|www\.|(?:\.|。)(?:com|cn|net|org|top|xyz|vip|cc|io|me|shop|site|app|link|club)\b",
    re.IGNORECASE,
)
_LONG_NUMBER: Final = re.compile(r"\d(?:[ .\-]*\d){5}")


class PhoneMissing(Refusal):
    """Say that no phone number was entered."""

    code = "phone_missing"
    status = 422
    sentence = _("Enter your mobile number, for example 138 0013 8000.")


class PhoneNotValid(Refusal):
    """Say that a text is no phone number."""

    code = "phone_not_valid"
    status = 422
    sentence = _(
        "This is not a complete mobile number. Check the digits;"
        " a number from abroad begins with + and the country code."
    )


class PhoneNotMobile(Refusal):
    """Say that a number cannot receive text messages."""

    code = "phone_not_mobile"
    status = 422
    sentence = _("This number cannot receive text messages. Enter the number of your mobile phone.")


class DisplayNameMissing(Refusal):
    """Say that no name was entered."""

    code = "display_name_missing"
    status = 422
    sentence = _("Enter the name that others see, for example your first name.")


class DisplayNameTooLong(Refusal):
    """Say that a name is too long. Field: ``maximum`` characters."""

    code = "display_name_too_long"
    status = 422
    sentence = _("This name is too long. Use at most %(maximum)s characters.")


class DisplayNameNotReadable(Refusal):
    """Say that a name holds hidden characters or signs that are no letters."""

    code = "display_name_not_readable"
    status = 422
    sentence = _("A name consists of letters, with spaces, dots or hyphens. Enter it again.")


class DisplayNameIsNumber(Refusal):
    """Say that a name is a number or contains a long one."""

    code = "display_name_is_number"
    status = 422
    sentence = _(
        "A name must not be a number or contain a phone number. Enter a name that others know."
    )


class DisplayNameIsLink(Refusal):
    """Say that a name contains a web address."""

    code = "display_name_is_link"
    status = 422
    sentence = _("A name must not contain a web address. Enter a name that others know.")


class ChoiceUnknown(Refusal):
    """Say that a setting has no such choice. Field: ``choice``."""

    code = "choice_unknown"
    status = 422
    sentence = _("Please choose one of the settings in the list.")


class NotMember(Missing):
    """Say that a signed-in user has no wallet, such as the operator's staff."""

    code = "not_member"
    sentence = _("This page is part of a wallet, and you have not opened one.")


def normalise_phone(text: str, *, region: str = _HOME_REGION, field: str = "phone") -> str:
    """Give a mobile number in its one form, E.164 ('+8613800138000').

    Full-width digits, spaces, hyphens and brackets are accepted; letters, extensions
    and numbers of fixed lines are not. Source: ITU-T E.164, by ``phonenumbers``.

    :param region: the ISO 3166 region of numbers without a country code.
    :raises PhoneMissing: PhoneNotValid, PhoneNotMobile.
    """
    typed = unicodedata.normalize("NFKC", text or "").strip()
    if not typed:
        raise PhoneMissing(field)
    typed = re.sub("[\u2010-\u2015\u2212]", "-", typed)
    if len(typed) > _MAXIMUM_PHONE_CHARACTERS or not _PHONE.fullmatch(typed):
        raise PhoneNotValid(field)
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise PhoneNotValid(field) from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneNotValid(field)
    if phonenumbers.number_type(number) not in _MOBILE:
        raise PhoneNotMobile(field)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def check_display_name(text: str, *, field: str = "display_name") -> str:
    """Give a name in Unicode form NFC, its spaces single and its ends trimmed.

    1 to 30 characters, letters and their marks of any script, digits beside letters,
    and the few signs that names have. Everything a reader cannot see is refused, not
    taken out: a name is what others trust before they pay.

    :raises DisplayNameMissing: DisplayNameTooLong, DisplayNameNotReadable,
        DisplayNameIsNumber, DisplayNameIsLink.
    """
    raw = text or ""
    if has_hidden_characters(raw.strip(" \t\r\n")):
        raise DisplayNameNotReadable(field)
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        raise DisplayNameMissing(field)
    if len(name) > NAME_LENGTH:
        raise DisplayNameTooLong(field, maximum=NAME_LENGTH)
    if _LINK.search(name):
        raise DisplayNameIsLink(field)
    if _LONG_NUMBER.search(name) or not any(unicodedata.category(c)[0] == "L" for c in name):
        if any(unicodedata.category(character)[0] == "N" for character in name):
            raise DisplayNameIsNumber(field)
        raise DisplayNameNotReadable(field)
    if unicodedata.category(name[0])[0] == "M" or not all(map(_may_stand_in_name, name)):
        raise DisplayNameNotReadable(field)
    return name


def _may_stand_in_name(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd" or character in _NAME_MARKS


def check_size(size: str) -> str:
    """Give back one of ``SIZES``. :raises ChoiceUnknown: for anything else."""
    return _one_of(SIZES, size, "size")


def check_contrast(contrast: str) -> str:
    """Give back one of ``CONTRASTS``. :raises ChoiceUnknown: for anything else."""
    return _one_of(CONTRASTS, contrast, "contrast")


def check_language(language: str) -> str:
    """Give back one of ``LANGUAGES``. :raises ChoiceUnknown: for anything else."""
    return _one_of(LANGUAGES, language, "language")


def _one_of(choices: tuple[str, ...], choice: str, field: str) -> str:
    if choice not in choices:
        raise ChoiceUnknown(field, choice=str(choice)[:20])
    return choice


def show_phone(phone: str) -> str:
    """Write an E.164 number as people read it: '138 0013 8000', '+852 5123 4567'."""
    if re.fullmatch(r"\+86[0-9]{11}", phone):
        return f"{phone[3:6]} {phone[6:10]} {phone[10:]}"
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def mask_phone(phone: str) -> str:
    """Hide the middle of an E.164 number: '138****8000', '+852 ****5678'.

    A number too short to hide anything in is hidden whole.
    """
    if re.fullmatch(r"\+86[0-9]{11}", phone):
        return f"{phone[3:6]}****{phone[-4:]}"
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return "****"
    national = str(number.national_number)
    if len(national) < 7:
        return f"+{number.country_code} ****"
    return f"+{number.country_code} ****{national[-4:]}"


def mask_name(name: str) -> str:
    """Show the first character of each word only: '王**', 'A**** W***'.

    A name of one character is hidden whole.
    """
    if len(name.strip()) <= 1:
        return "*" if name.strip() else ""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
