from foundation.clock import day_of
from foundation.outbox.registry import consumes
from merchants.stores import actions
from merchants.stores.rules import DayFigures, sum_by_day
from wallet.payments.events import PaymentCaptured, PaymentRefunded


@consumes(PaymentCaptured, name="stores.day_totals")
def add_payments(events: list[PaymentCaptured]) -> None:
    """Count each payment on the day on which it was made."""
    figures = [
        DayFigures(
            store_uid=event.store_uid,
            date=day_of(event.captured_at),
            currency=event.currency,
            captured_minor=event.amount_minor,
            captured_count=1,
        )
        for event in events
    ]
    actions.add_to_days(figures=sum_by_day(figures))


@consumes(PaymentRefunded, name="stores.day_refunds")
def add_refunds(events: list[PaymentRefunded]) -> None:
    """Count each refund on the day on which it was given."""
    figures = [
        DayFigures(
            store_uid=event.store_uid,
            date=day_of(event.refunded_at),
            currency=event.currency,
            refunded_minor=event.amount_minor,
            refunded_count=1,
        )
        for event in events
    ]
    actions.add_to_days(figures=sum_by_day(figures))
