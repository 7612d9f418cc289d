"""EMV merchant-presented QR codes: the payload, read and written.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, 1.1.
A payload is a row of data objects: two digits of tag, two digits of length, the value.
Lengths count characters; the CRC (CRC-16/CCITT-FALSE) runs over the UTF-8 bytes of the
whole payload up to and including its own tag and length, ``6304``. Objects may come in
any order, only the CRC is last. Tags 02–25 are account numbers of other schemes; 26–51,
62, 64 and 80–99 hold objects again.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from foundation.errors import N_ as _
from foundation.errors import Refusal
from foundation.money import (
    CurrencyUnknown,
    Money,
    currency_of_numeric,
    money_decimal_text,
    numeric_code,
    parse_amount,
)

MAXIMUM_CHARACTERS: Final = 512
MAXIMUM_VALUE_CHARACTERS: Final = 99

Template: TypeAlias = Mapping[str, "str | Template"]
Initiation: TypeAlias = Literal["11", "12"]
STATIC: Final[Initiation] = "11"
DYNAMIC: Final[Initiation] = "12"

_CRC_HEADER: Final = "6304"
_TEMPLATES: Final = frozenset(
    [f"{tag:02d}" for tag in range(26, 52)] + ["62", "64"] + [f"{tag}" for tag in range(80, 100)]
)
_ACCOUNTS: Final = frozenset(f"{tag:02d}" for tag in range(2, 52))
_WITH_UNIQUE_ID: Final = _TEMPLATES - {"62", "64"}
_ALWAYS: Final = ("00", "53", "58")
# Written by every code of ours. Codes of some national schemes leave them out, so they
# are not asked for when reading.
_WHEN_WRITING: Final = ("52", "59", "60")
_FORMS: Final = {
    "00": r"01",
    "01": r"1[12]",
    "52": r"[0-9]{4}",
    "53": r"[0-9]{3}",
    "54": r"(?=.{1,13}$)[0-9]+(\.[0-9]*)?",
    "55": r"0[123]",
    "56": r"(?=.{1,13}$)[0-9]+(\.[0-9]*)?",
    "57": r"[0-9]{1,2}(\.[0-9]{1,2})?",
    "58": r"[A-Z]{2}",
}
_LONGEST: Final = {"59": 25, "60": 15, "61": 10}


class QrRefused(Refusal):
    """Be the family of everything that is wrong with a scanned payload."""

    status = 422


class QrNotReadable(QrRefused):
    """Say that a text is no payload at all, or is broken off."""

    code = "qr_not_readable"
    sentence = _("We could not read this code. Scan it again, or ask the shop to show a new one.")


class QrTooLong(QrRefused):
    """Say that a payload is longer than the standard allows."""

    code = "qr_too_long"
    sentence = _("This code is too long to be a payment code. Scan the shop's payment code.")


class QrCrcWrong(QrRefused):
    """Say that the check value does not fit: misread, or changed by somebody."""

    code = "qr_crc_wrong"
    sentence = _(
        "This code is damaged or was changed, so nothing was paid."
        " Scan it again, or ask the shop to show a new one."
    )


class QrLengthWrong(QrRefused):
    """Say that a length is missing, zero, or points beyond the end. Field: ``tag``."""

    code = "qr_length_wrong"
    sentence = _(
        "Part %(tag)s of this code has a wrong length, so the code is damaged."
        " Scan it again, or ask the shop to show a new one."
    )


class QrDuplicateTag(QrRefused):
    """Say that a part stands twice, so that it is unclear which counts. Field: ``tag``."""

    code = "qr_duplicate_tag"
    sentence = _(
        "Part %(tag)s stands twice in this code, so we cannot tell which one counts."
        " Ask the shop to show a new code."
    )


class QrMissingTag(QrRefused):
    """Say that a required part is missing. Field: ``tag``."""

    code = "qr_missing_tag"
    sentence = _(
        "Part %(tag)s is missing in this code, so we cannot pay with it."
        " Ask the shop to show a new code."
    )


class QrValueWrong(QrRefused):
    """Say that a part holds what the standard does not allow. Field: ``tag``."""

    code = "qr_value_wrong"
    sentence = _(
        "Part %(tag)s of this code is not valid, so we cannot pay with it."
        " Ask the shop to show a new code."
    )


class QrAmountWrong(QrValueWrong):
    """Say that the amount inside a code is not one."""

    code = "qr_amount_wrong"
    sentence = _("The amount in this code is not valid. Ask the shop to show a new code.")


def _empty() -> Template:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EmvPayload:
    """What a payload says. Templates are read-only mappings from tag to value.

    ``accounts``   tags 02–51; those from 26 on are templates with a GUID at '00'.
    ``initiation`` '11' for a static code, '12' for a dynamic one, None when not said.
    ``amount``     None when the payer enters it.
    ``tip``        '01' the payer is asked, '02' ``tip_fixed``, '03' ``tip_percent``
                   (text of a percentage, '5.25').
    ``additional`` tag 62 (bill number '01', store label '03', terminal '07', …).
    ``language``   tag 64 (language '00', name '01', city '02').
    ``other``      tags 65–79 as text and 80–99 as templates.
    """

    accounts: Template
    currency: str
    country: str
    name: str = ""
    city: str = ""
    initiation: Initiation | None = None
    category: str = ""
    amount: Money | None = None
    tip: str = ""
    tip_fixed: Money | None = None
    tip_percent: str = ""
    postal_code: str = ""
    additional: Template = field(default_factory=_empty)
    language: Template = field(default_factory=_empty)
    other: Template = field(default_factory=_empty)

    @property
    def shown_name(self) -> str:
        """The merchant's name in the local language where the code has it, else tag 59."""
        name = self.language.get("01")
        return name if isinstance(name, str) else self.name


def crc16(data: bytes) -> int:
    """Give the CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) of bytes."""
    return binascii.crc_hqx(data, 0xFFFF)


def decode(text: str) -> EmvPayload:
    """Read a payload.

    :raises QrNotReadable: QrTooLong, QrCrcWrong, QrLengthWrong, QrDuplicateTag,
        QrMissingTag, QrValueWrong, QrAmountWrong, CurrencyUnknown: all of status 422.
    """
    payload = text.strip(" \t\r\n")
    if len(payload) > MAXIMUM_CHARACTERS:
        raise QrTooLong
    if not re.match("[0-9]{4}", payload):
        raise QrNotReadable
    objects = _read_objects(payload, "")
    _check_crc(payload, objects)
    for tag in _ALWAYS:
        if tag not in objects:
            raise QrMissingTag(tag=tag)
    if not _ACCOUNTS & objects.keys():
        raise QrMissingTag(tag="26")
    _check_forms(objects)
    return _payload_from(objects)


def encode(payload: EmvPayload) -> str:
    """Write a payload: format first, then ascending tags, the CRC last.

    ``decode(encode(payload))`` gives the payload back.

    :raises QrTooLong: QrLengthWrong, QrMissingTag, QrValueWrong, QrAmountWrong: when
        the payload cannot be written within the standard.
    """
    objects = _objects_from(payload)
    for tag in (*_ALWAYS, *_WHEN_WRITING):
        if not objects.get(tag):
            raise QrMissingTag(tag=tag)
    if not payload.accounts:
        raise QrMissingTag(tag="26")
    _check_forms({tag: value for tag, value in objects.items() if isinstance(value, str)})
    if any(len(str(objects.get(tag, ""))) > longest for tag, longest in _LONGEST.items()):
        raise QrLengthWrong(tag="59–61")
    text = _write_objects(objects, "") + _CRC_HEADER
    text += f"{crc16(_utf8(text)):04X}"
    if len(text) > MAXIMUM_CHARACTERS:
        raise QrTooLong
    # Reading it back refuses what a later reader would refuse: templates without a
    # GUID, subtags that are no tags, a tip without its value.
    decode(text)
    return text


def _read_objects(text: str, path: str) -> dict[str, str]:
    objects: dict[str, str] = {}
    position = 0
    while position < len(text):
        header = text[position : position + 4]
        if not re.fullmatch("[0-9]{4}", header):
            if re.match("[0-9]{2}", header):
                raise QrLengthWrong(tag=path + header[:2])
            raise QrNotReadable
        tag, length = header[:2], int(header[2:])
        value = text[position + 4 : position + 4 + length]
        if length == 0 or len(value) < length:
            raise QrLengthWrong(tag=path + tag)
        if tag in objects:
            raise QrDuplicateTag(tag=path + tag)
        objects[tag] = value
        position += 4 + length
    return objects


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise QrNotReadable from None


def _check_crc(payload: str, objects: Mapping[str, str]) -> None:
    if "63" not in objects:
        raise QrMissingTag(tag="63")
    if list(objects)[-1] != "63":
        raise QrValueWrong(tag="63")
    if len(objects["63"]) != 4:
        raise QrLengthWrong(tag="63")
    if objects["63"].upper() != f"{crc16(_utf8(payload[:-4])):04X}":
        raise QrCrcWrong


def _check_forms(objects: Mapping[str, str]) -> None:
    for tag, form in _FORMS.items():
        if tag in objects and not re.fullmatch(form, objects[tag]):
            raise QrAmountWrong(tag=tag) if tag in ("54", "56") else QrValueWrong(tag=tag)
    tip = objects.get("55")
    for tag, indicator in (("56", "02"), ("57", "03")):
        if tip == indicator and tag not in objects:
            raise QrMissingTag(tag=tag)
        if tip != indicator and tag in objects:
            raise QrValueWrong(tag=tag)
    if "57" in objects and not re.search("[1-9]", objects["57"]):
        raise QrValueWrong(tag="57")


def _template(value: str, tag: str) -> Template:
    objects: dict[str, str | Template] = dict(_read_objects(value, f"{tag}."))
    if tag in _WITH_UNIQUE_ID and "00" not in objects:
        raise QrMissingTag(tag=f"{tag}.00")
    if tag == "62":
        # 50–99 of the additional data are templates of single payment systems.
        for inner, text in objects.items():
            if inner >= "50" and isinstance(text, str):
                objects[inner] = MappingProxyType(_read_objects(text, f"{tag}.{inner}."))
    if tag == "64":
        for inner in ("00", "01"):
            if inner not in objects:
                raise QrMissingTag(tag=f"{tag}.{inner}")
    return MappingProxyType(objects)


def _nested(objects: Mapping[str, str], tags: Iterable[str]) -> Template:
    return MappingProxyType(
        {
            tag: _template(objects[tag], tag) if tag in _TEMPLATES else objects[tag]
            for tag in sorted(tags)
        }
    )


def _payload_from(objects: Mapping[str, str]) -> EmvPayload:
    try:
        currency = currency_of_numeric(objects["53"])
    except CurrencyUnknown as unknown:
        raise CurrencyUnknown(currency=objects["53"]) from unknown
    initiation = objects.get("01")
    return EmvPayload(
        accounts=_nested(objects, _ACCOUNTS & objects.keys()),
        currency=currency,
        country=objects["58"],
        name=objects.get("59", ""),
        city=objects.get("60", ""),
        initiation=STATIC if initiation == STATIC else DYNAMIC if initiation else None,
        category=objects.get("52", ""),
        amount=_amount(objects, "54", currency),
        tip=objects.get("55", ""),
        tip_fixed=_amount(objects, "56", currency),
        tip_percent=objects.get("57", ""),
        postal_code=objects.get("61", ""),
        additional=_template(objects["62"], "62") if "62" in objects else _empty(),
        language=_template(objects["64"], "64") if "64" in objects else _empty(),
        other=_nested(objects, [tag for tag in objects if tag >= "65"]),
    )


def _amount(objects: Mapping[str, str], tag: str, currency: str) -> Money | None:
    if tag not in objects:
        return None
    try:
        # The standard allows a dot without decimals after it: '98.'
        return parse_amount(text=objects[tag].removesuffix("."), currency=currency)
    except Refusal as refusal:
        raise QrAmountWrong(tag=tag) from refusal


def _decimal(money: Money | None) -> str:
    return "" if money is None else money_decimal_text(money)


def _objects_from(payload: EmvPayload) -> dict[str, str | Template]:
    for money in (payload.amount, payload.tip_fixed):
        if money is not None and money.currency != payload.currency:
            raise QrAmountWrong(tag="53")
    if payload.accounts.keys() - _ACCOUNTS or any(not "65" <= tag <= "99" for tag in payload.other):
        raise QrValueWrong(tag="26")
    objects: dict[str, str | Template] = {
        "00": "01",
        "01": payload.initiation or "",
        **payload.accounts,
        "52": payload.category,
        "53": numeric_code(payload.currency),
        "54": _decimal(payload.amount),
        "55": payload.tip,
        "56": _decimal(payload.tip_fixed),
        "57": payload.tip_percent,
        "58": payload.country,
        "59": payload.name,
        "60": payload.city,
        "61": payload.postal_code,
        "62": payload.additional,
        "64": payload.language,
        **payload.other,
    }
    return {tag: value for tag, value in objects.items() if value}


def _write_objects(objects: Template, path: str) -> str:
    parts = []
    for tag in sorted(objects):
        value = objects[tag]
        text = value if isinstance(value, str) else _write_objects(value, f"{path}{tag}.")
        if not 1 <= len(text) <= MAXIMUM_VALUE_CHARACTERS:
            raise QrLengthWrong(tag=path + tag)
        parts.append(f"{tag}{len(text):02d}{text}")
    return "".join(parts)
