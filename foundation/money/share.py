"""Sharing out minor units exactly, in integers."""

from __future__ import annotations

from collections.abc import Sequence

_BASIS_POINTS_OF_ONE = 10_000


def split(*, amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount over weights by largest remainder; ties go to the earlier.

    Every share is its exact quota rounded down, then the minor units that are left go
    one each to the largest remainders (Hamilton's method). The shares sum exactly to
    the amount, none is negative, and none is further than one minor unit from its
    quota. A weight of zero receives nothing.

    :raises ValueError: when the amount or a weight is negative, or no weight is positive.
    """
    if amount_minor < 0:
        raise ValueError("split a positive amount and negate the shares")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    total_weight = sum(weights)
    if total_weight == 0:
        raise ValueError("no weight is positive")
    shares, remainders = [], []
    for weight in weights:
        share, remainder = divmod(amount_minor * weight, total_weight)
        shares.append(share)
        remainders.append(remainder)
    left_minor = amount_minor - sum(shares)
    by_remainder = sorted(range(len(shares)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[:left_minor]:
        shares[index] += 1
    return shares


def basis_points_half_up(*, amount_minor: int, basis_points: int) -> int:
    """Give basis points (1/10000) of an amount in minor units, halves rounded up.

    A negative amount gives exactly the opposite of the positive one, so that a fee
    and its reversal cancel.

    :raises ValueError: when the basis points are negative.
    """
    if basis_points < 0:
        raise ValueError("basis points are never negative")
    doubled = 2 * abs(amount_minor) * basis_points + _BASIS_POINTS_OF_ONE
    fee_minor = doubled // (2 * _BASIS_POINTS_OF_ONE)
    return fee_minor if amount_minor >= 0 else -fee_minor
