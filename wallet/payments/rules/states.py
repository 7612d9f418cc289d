"""The states of a request and of a payment, and the reference number people read out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, TypeAlias

from foundation.check_digits import is_luhn, luhn_digit

RequestStatus: TypeAlias = Literal["open", "paid", "cancelled", "expired"]
PaymentStatus: TypeAlias = Literal["captured", "partly_refunded", "refunded"]
Moves: TypeAlias = Mapping[str, frozenset[str]]

REQUEST_MOVES: Final[Moves] = {
    "open": frozenset({"paid", "cancelled", "expired"}),
    "paid": frozenset(),
    "cancelled": frozenset(),
    "expired": frozenset(),
}
PAYMENT_MOVES: Final[Moves] = {
    "captured": frozenset({"partly_refunded", "refunded"}),
    "partly_refunded": frozenset({"partly_refunded", "refunded"}),
    "refunded": frozenset(),
}
MOVES: Final[Mapping[str, Moves]] = {"request": REQUEST_MOVES, "payment": PAYMENT_MOVES}

REQUEST_MINUTES: Final = 15
"""How long a request can be paid, in minutes."""

_REFERENCE: Final = re.compile(r"[2-9][0-9]{19}")
_RANDOM_DIGITS: Final = 11


def may_move(*, subject: str, from_status: str, to_status: str) -> bool:
    """Tell whether the graph of ``subject`` ('request', 'payment') has this move.

    :raises KeyError: for a subject or status that does not exist.
    """
    moves = MOVES[subject]
    if to_status not in moves:
        raise KeyError(to_status)
    return to_status in moves[from_status]


def status_after_refund(*, amount_minor: int, refunded_minor: int) -> PaymentStatus:
    """Give the state of a payment from how much of it was given back, in minor units.

    :raises ValueError: when more was given back than paid, or less than nothing.
    """
    if not 0 <= refunded_minor <= amount_minor:
        raise ValueError("refunded amount outside the payment")
    if refunded_minor == 0:
        return "captured"
    return "refunded" if refunded_minor == amount_minor else "partly_refunded"


def new_reference(*, day: date) -> str:
    """Draw a reference: 20 digits, yyyymmdd in Shanghai time, 11 random, a Luhn digit.

    The random part comes from ``secrets``, so that a reference tells nothing about the
    number of payments; the table's unique constraint settles the rare collision.
    """
    body = f"{day:%Y%m%d}{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return body + luhn_digit(body)


def is_reference(text: str) -> bool:
    """Tell whether a text is a whole reference: 20 digits, a real date, a right last digit."""
    if not _REFERENCE.fullmatch(text) or not is_luhn(text):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True


def group_reference(reference: str) -> str:
    """Group a reference for reading aloud: '20261121 1234 5678 9012'."""
    rest = reference[8:]
    groups = [rest[start : start + 4] for start in range(0, len(rest), 4)]
    return " ".join([reference[:8], *groups])
