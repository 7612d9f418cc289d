import datetime as dt

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from foundation import clock
from foundation.db import step
from foundation.money import Money
from wallet.risk import queries, rules
from wallet.risk.models import MemberDay, MemberLimit

# One round trip: the limits (or the standard ones), and the day's counter raised if all of them
# allow it. The counter's row lock makes simultaneous payments of one member count one by one;
# `where` is judged on the locked row. No row comes back in `spent` when a limit is in the way.
ASSESS = """
with own as (
    select coalesce(l.one_tap_minor, %(one_tap)s) as one_tap,
           coalesce(l.per_payment_minor, %(per_payment)s) as per_payment,
           coalesce(l.per_day_minor, %(per_day)s) as per_day,
           l.frozen_at
    from (select 1) one left join wallet_memberlimit l on l.user_id = %(user)s
), counted as (
    insert into wallet_memberday as day (user_id, date, currency, spent_minor, count)
    select %(user)s, %(date)s, %(currency)s, %(amount)s, 1 from own
    where own.frozen_at is null
      and %(amount)s <= own.per_payment and %(amount)s <= own.per_day
      and (%(challenged)s or %(amount)s <= own.one_tap)
    on conflict (user_id, date, currency) do update
    set spent_minor = day.spent_minor + excluded.spent_minor, count = day.count + 1
    where day.spent_minor + excluded.spent_minor <= (select per_day from own)
    returning day.spent_minor
)
select own.*, (select spent_minor from counted) from own
"""
# The day's counter can fall (a refund) between the refusal and its reading.
ATTEMPTS = 3


@step
def assess(*, user_id: int, amount: Money, at: dt.datetime, challenged: bool) -> None:
    """Let a payment pass and count it against the day, or refuse it and count nothing.

    A refusal leaves the transaction usable: the caller may answer ChallengeNeeded by waiting
    for the member. `challenged` says that the right PIN was given for this payment.

    Locks the member's row of the day.

    :raises rules.WalletFrozen: the wallet is stopped
    :raises rules.PerPaymentLimit: above the limit of one payment
    :raises rules.DailyLimit: above what is left of the day
    :raises rules.ChallengeNeeded: above the one-tap limit, without a PIN
    """
    for _ in range(ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute(
                ASSESS,
                {
                    "user": user_id,
                    "date": clock.day_of(at),
                    "currency": amount.currency,
                    "amount": amount.amount_minor,
                    "challenged": challenged,
                    "one_tap": rules.ONE_TAP_MINOR,
                    "per_payment": rules.PER_PAYMENT_MINOR,
                    "per_day": rules.PER_DAY_MINOR,
                },
            )
            one_tap, per_payment, per_day, frozen_at, spent = cursor.fetchone()
        if spent is not None:
            return
        rules.decide(
            limits=rules.Limits(one_tap, per_payment, per_day),
            amount=amount,
            spent_today_minor=queries.spent_on(user_id=user_id, at=at, currency=amount.currency),
            challenged=challenged,
            frozen_at=frozen_at,
        )
    raise rules.DailyLimit(
        "amount",
        limit=Money(per_day, amount.currency),
        left=Money(0, amount.currency),
    )


@step
def give_back(*, user_id: int, amount: Money, day: dt.date) -> None:
    """Take a refund off the day on which its payment was counted; never below nothing."""
    MemberDay.objects.filter(user_id=user_id, date=day, currency=amount.currency).update(
        spent_minor=Greatest(F("spent_minor") - amount.amount_minor, 0)
    )


@step
def set_limits(*, user_id: int, limits: rules.Limits, at: dt.datetime) -> None:
    """Put a member's limits in place of the ones before.

    :raises rules.LimitsNotOrdered: they contradict each other
    """
    rules.check_limits(limits)
    MemberLimit.objects.update_or_create(
        user_id=user_id,
        defaults={
            "one_tap_minor": limits.one_tap_minor,
            "per_payment_minor": limits.per_payment_minor,
            "per_day_minor": limits.per_day_minor,
            "updated_at": at,
        },
    )


@step
def freeze(*, user_id: int, at: dt.datetime) -> None:
    """Stop a wallet: it pays nothing until `unfreeze`. A second stop keeps the first's time."""
    MemberLimit.objects.get_or_create(user_id=user_id, defaults={"updated_at": at})
    MemberLimit.objects.filter(user_id=user_id, frozen_at__isnull=True).update(
        frozen_at=at, updated_at=at
    )


@step
def unfreeze(*, user_id: int, at: dt.datetime) -> None:
    """Let a stopped wallet pay again."""
    MemberLimit.objects.filter(user_id=user_id).update(frozen_at=None, updated_at=at)
