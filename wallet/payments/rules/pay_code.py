"""The member's pay code: 18 digits for QR and Code 128, and the typed payee number."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

from foundation.check_digits import is_luhn, luhn_digit

PAY_CODE_PREFIX: Final = "28"
PAY_CODE_LENGTH: Final = 18
PAY_CODE_SECONDS: Final = 60
"""How long the page shows one pay code before it draws the next, in seconds."""

_PAY_CODE: Final = re.compile(r"28[0-9]{16}")
_PAYEE_NUMBER: Final = re.compile(r"[1-9][0-9]{9}")
_GROUPING: Final = re.compile(r"[ \-\u00a0\u3000]")
_RANDOM_DIGITS: Final = 15


def new_pay_code() -> str:
    """Draw a pay code: prefix 28, 15 random digits from ``secrets``, a Luhn digit."""
    body = f"{PAY_CODE_PREFIX}{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return body + luhn_digit(body)


def is_pay_code(text: str) -> bool:
    """Tell whether a text has the form of a pay code, its check digit included."""
    return bool(_PAY_CODE.fullmatch(text)) and is_luhn(text)


def is_payee_number(text: str) -> bool:
    """Tell whether a text is a shop's number: 10 digits, not starting with 0, Luhn last."""
    return bool(_PAYEE_NUMBER.fullmatch(text)) and is_luhn(text)


def ungroup(text: str) -> str:
    """Take spaces and hyphens out of a number that a person typed in groups."""
    return _GROUPING.sub("", text.strip())


def group_pay_code(code: str) -> str:
    """Group a pay code for reading: '2812 3456 7890 1234 56'."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def hash_pay_code(*, code: str, key: bytes) -> str:
    """Give the HMAC-SHA256 of a code in lower-case hex (64 characters).

    Only this is stored: with 15 random digits a plain hash could be searched through.

    :raises ValueError: when the key is shorter than 16 bytes.
    """
    if len(key) < 16:
        raise ValueError("the key for pay codes is too short")
    return hmac.new(key, code.encode("ascii"), hashlib.sha256).hexdigest()
