"""Check digits that more than one room needs."""

from __future__ import annotations


def luhn_digit(body: str) -> str:
    """Give the Luhn digit that completes ``body``, a text of ASCII digits.

    Source: ISO/IEC 7812-1, annex B. It finds every single wrong digit and every
    exchange of neighbours except 09 and 90.

    :raises ValueError: when ``body`` is empty or holds anything but ASCII digits.
    """
    if not (body.isascii() and body.isdigit()):
        raise ValueError("Luhn needs ASCII digits")
    total = 0
    for index, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_luhn(number: str) -> bool:
    """Tell whether a text is ASCII digits that end in their Luhn digit."""
    if len(number) < 2 or not (number.isascii() and number.isdigit()):
        return False
    return luhn_digit(number[:-1]) == number[-1]
