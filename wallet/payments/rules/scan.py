"""What a member's scan means: our own codes and links, and everything that is not ours.

A scanned text is only read, never followed: the answer is one of four small facts, or a
refusal. Links are compared with the hosts of this site, whatever stands behind them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from foundation.errors import N_ as _
from foundation.errors import Refusal
from foundation.money import Money
from wallet.payments.rules import emv
from wallet.payments.rules.pay_code import (
    PAY_CODE_LENGTH,
    is_pay_code,
    is_payee_number,
    ungroup,
)
from wallet.payments.rules.refusals import PayCodeUnknown

UNIQUE_ID: Final = "cn.tongbao"
"""The globally unique identifier of our merchant account template (subtag 00)."""

_STORE_NUMBER_TAG: Final = "01"
_REQUEST_UID_TAG: Final = "02"
_MERCHANT_TAG: Final = "26"
_UNKNOWN_CATEGORY: Final = "0000"
_MAXIMUM_LINK_CHARACTERS: Final = 2048
_PAY_PATH: Final = re.compile(
    r"/w/pay/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?", re.ASCII
)
_SHOP_PATH: Final = re.compile(r"/w/shop/([0-9]{10})/?", re.ASCII)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,30}:")


class ScanMissing(Refusal):
    """Say that nothing was scanned or typed."""

    code = "scan_missing"
    status = 422
    sentence = _("Scan the shop's code, or type the 10-digit number under it.")


class ScanUnknown(Refusal):
    """Say that a text is none of our codes."""

    code = "scan_unknown"
    status = 422
    sentence = _(
        "This is not a payment code of ours."
        " Scan the shop's payment code, or type the 10-digit number under it."
    )


class ScanForeignLink(Refusal):
    """Say that a link leads elsewhere and was not opened."""

    code = "scan_foreign_link"
    status = 422
    sentence = _(
        "This code leads to another website. We did not open it and nothing was paid."
        " Pay only with the code that the shop shows for this wallet."
    )


class QrForeign(Refusal):
    """Say that a payload belongs to another payment service."""

    code = "qr_foreign"
    status = 422
    sentence = _(
        "This code belongs to another payment service."
        " Ask the shop for its code for this wallet, or type the 10-digit number under it."
    )


class ScanIsPayCode(Refusal):
    """Say to a member that a pay code is for the shop's scanner."""

    code = "scan_is_pay_code"
    status = 422
    sentence = _(
        "This is a pay code, not a shop's code. Show it to the shop and let the shop scan it."
    )


class StoreNumberWrong(Refusal):
    """Say that a typed shop number has a typing mistake."""

    code = "store_number_wrong"
    status = 422
    sentence = _(
        "There is a typing mistake in this shop number. Check the 10 digits and type them again."
    )


@dataclass(frozen=True, slots=True)
class MerchantPayload:
    """What our own EMV payload says; a dynamic one names its request."""

    store_number: str
    currency: str
    request_uid: UUID | None = None
    amount: Money | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class ScannedRequest:
    """A request of a shop was scanned; everything else is looked up by its uid."""

    request_uid: UUID


@dataclass(frozen=True, slots=True)
class ScannedStore:
    """A shop's static code or number; ``amount`` only when the code fixes it."""

    store_number: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class ScannedPayCode:
    """A member's pay code: for the shop's scanner, useless to another member."""

    code: str


Scan: TypeAlias = ScannedRequest | ScannedStore | ScannedPayCode


def merchant_payload(
    *,
    store_number: str,
    name: str,
    city: str = "",
    amount: Money | None = None,
    request_uid: UUID | None = None,
    currency: str = "CNY",
    country: str = "CN",
    category: str = _UNKNOWN_CATEGORY,
    note: str = "",
) -> str:
    """Write the payload of a shop's code: static, or dynamic when it names a request.

    The standard keeps tags 59 and 60 to ASCII. A Chinese name goes to the language
    template, and tag 59 carries the shop number instead; both are shortened to what
    fits, because the payer's wallet shows the true name from its own books.

    :param category: the ISO 18245 merchant category, four digits.
    :param note: the purpose, shortened to 25 characters; left out when it is not ASCII.
    :raises ValueError: when ``store_number`` is not a shop number.
    :raises QrRefused: when a value cannot be written, such as an amount of more than 13
        characters (10 billion yuan).
    """
    if not is_payee_number(store_number):
        raise ValueError("not a shop number")
    account = {"00": UNIQUE_ID, _STORE_NUMBER_TAG: store_number}
    if request_uid is not None:
        account[_REQUEST_UID_TAG] = request_uid.hex
    name, city = " ".join(name.split()), " ".join(city.split())
    language: dict[str, str] = {}
    if not (name.isascii() and city.isascii()):
        language = {"00": "zh", "01": name[:25] or store_number}
        if city:
            language["02"] = city[:15]
    return emv.encode(
        emv.EmvPayload(
            initiation=emv.DYNAMIC if request_uid else emv.STATIC,
            accounts={_MERCHANT_TAG: account},
            category=category,
            currency=currency if amount is None else amount.currency,
            amount=amount,
            country=country,
            name=name[:25] if name and name.isascii() else f"SHOP {store_number}",
            city=city[:15] if city and city.isascii() else country,
            additional={"08": note[:25]} if note and note.isascii() else {},
            language=language,
        )
    )


def read_payload(text: str) -> MerchantPayload:
    """Read an EMV payload that must be one of ours.

    :raises QrForeign: when no account in it is ours.
    :raises QrRefused: when it is malformed, or ours but with a wrong number or uid.
    """
    payload = emv.decode(text)
    accounts = [
        (tag, account)
        for tag, account in payload.accounts.items()
        if not isinstance(account, str) and str(account["00"]).lower() == UNIQUE_ID
    ]
    if not accounts:
        raise QrForeign
    if len(accounts) > 1:
        raise emv.QrDuplicateTag(tag=accounts[1][0])
    tag, account = accounts[0]
    if _STORE_NUMBER_TAG not in account:
        raise emv.QrMissingTag(tag=f"{tag}.{_STORE_NUMBER_TAG}")
    store_number = str(account[_STORE_NUMBER_TAG])
    if not is_payee_number(store_number):
        raise emv.QrValueWrong(tag=f"{tag}.{_STORE_NUMBER_TAG}")
    uid_text = account.get(_REQUEST_UID_TAG)
    if uid_text is not None and not re.fullmatch("[0-9a-fA-F]{32}", str(uid_text)):
        raise emv.QrValueWrong(tag=f"{tag}.{_REQUEST_UID_TAG}")
    return MerchantPayload(
        store_number=store_number,
        currency=payload.currency,
        request_uid=UUID(str(uid_text)) if uid_text is not None else None,
        amount=payload.amount,
        name=payload.shown_name,
    )


def read_scan(text: str, site_hosts: Collection[str]) -> Scan:
    """Tell what a member scanned or typed.

    Understands our links ``https://<host>/w/pay/<uid>/`` and ``https://<host>/w/shop/
    <number>/``, our EMV payloads, a pay code, and a typed shop number with or without
    spaces between its groups.

    :param site_hosts: the hosts of this site, 'pay.example.cn' (any port) or
        'localhost:8000'; no wildcards.
    :raises ScanMissing: ScanUnknown, ScanForeignLink, StoreNumberWrong, PayCodeUnknown,
        QrForeign, QrRefused: as their names say.
    """
    scanned = (text or "").strip(" \t\r\n\u00a0\u3000")
    if not scanned:
        raise ScanMissing
    digits = ungroup(scanned)
    if digits.isascii() and digits.isdigit() and len(digits) <= PAY_CODE_LENGTH:
        return _read_number(digits)
    if re.match("[0-9]{4}", scanned):
        payload = read_payload(scanned)
        if payload.request_uid is not None:
            return ScannedRequest(payload.request_uid)
        return ScannedStore(payload.store_number, payload.amount)
    if _SCHEME.match(scanned) or scanned.startswith(("//", "www.")):
        return _read_link(scanned, site_hosts)
    raise ScanUnknown


def _read_number(digits: str) -> Scan:
    if len(digits) == PAY_CODE_LENGTH:
        if is_pay_code(digits):
            return ScannedPayCode(digits)
        raise PayCodeUnknown
    if is_payee_number(digits):
        return ScannedStore(digits)
    if len(digits) in (9, 10, 11):
        raise StoreNumberWrong
    raise ScanUnknown


def _read_link(link: str, site_hosts: Collection[str]) -> Scan:
    # Browsers and urlsplit drop line ends and read a backslash as a slash: a link that
    # needs either is built to deceive one of the two.
    if len(link) > _MAXIMUM_LINK_CHARACTERS or re.search(r"[\x00-\x20\x7f\\]", link):
        raise ScanForeignLink
    try:
        parts = urlsplit(link)
        hosts = {parts.netloc.lower(), (parts.hostname or "").lower()}
    except ValueError:
        raise ScanForeignLink from None
    ours = hosts & {host.lower() for host in site_hosts if host}
    if parts.scheme.lower() not in ("https", "http") or "@" in parts.netloc or not ours:
        raise ScanForeignLink
    if paid := _PAY_PATH.fullmatch(parts.path.lower()):
        return ScannedRequest(UUID(paid[1]))
    if shop := _SHOP_PATH.fullmatch(parts.path):
        if not is_payee_number(shop[1]):
            raise StoreNumberWrong
        return ScannedStore(shop[1])
    raise ScanUnknown
