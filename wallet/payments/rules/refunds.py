"""How much of a refund each funder of a payment gets back.

The algorithm is explained with worked numbers in ``docs/algorithms/refund.md``.
"""

from __future__ import annotations

from collections.abc import Sequence


def refund_targets(*, legs: Sequence[int], refunded_minor: int) -> list[int]:
    """Give what each leg must have got back once ``refunded_minor`` is given back in total.

    Leg after leg, the rest is divided in two: this leg, and all the legs after it. The
    leg gets its proportional part, rounded half up; the others share what remains in
    the same way. So the targets sum exactly to the refunded amount, never fall when it
    grows, never exceed a leg, equal the legs at the end, and depend on the total alone:
    neither the number of refunds nor their order changes them. The first leg, the
    member's own money by custom, is within half a minor unit of its exact part.

    :param legs: what each funder paid, in minor units, the member's own leg first.
    :raises ValueError: when a leg is negative, or the total is outside 0 … sum of legs.
    """
    if any(leg < 0 for leg in legs):
        raise ValueError("a leg is negative")
    rest_minor = sum(legs)
    if not 0 <= refunded_minor <= rest_minor:
        raise ValueError("refunded amount outside the payment")
    targets = []
    for leg in legs:
        target = (2 * refunded_minor * leg + rest_minor) // (2 * rest_minor) if leg else 0
        targets.append(target)
        refunded_minor -= target
        rest_minor -= leg
    return targets


def refund_shares(
    *, legs: Sequence[int], refunded_before_minor: int, refund_minor: int
) -> list[int]:
    """Give what each leg gets of one more refund, in minor units, in the legs' order.

    The cumulative target after this refund minus the cumulative target before it.

    :param legs: what each funder paid, in minor units, the member's own leg first.
    :param refunded_before_minor: the sum of all earlier refunds.
    :raises ValueError: when the refund is not positive or does not fit; callers refuse
        with ``RefundAboveRemaining`` before.
    """
    if refund_minor <= 0:
        raise ValueError("a refund is positive")
    before = refund_targets(legs=legs, refunded_minor=refunded_before_minor)
    after = refund_targets(legs=legs, refunded_minor=refunded_before_minor + refund_minor)
    return [new - old for new, old in zip(after, before, strict=True)]
