import datetime as dt

from foundation.outbox.registry import consumes
from members.profile import actions
from members.profile.actions import NewNotice
from wallet.funding.events import TopUpConfirmed, TopUpFailed
from wallet.payments.events import PaymentCaptured, PaymentRefunded


@consumes(PaymentCaptured, name="members.notices_of_payments")
def tell_payments(events: list[PaymentCaptured]) -> None:
    """Tell payers what they paid."""
    actions.write_notices(
        notices=[
            NewNotice(
                user_id=event.payer_id,
                kind="paid",
                fact_uid=event.uid,
                about_uid=event.uid,
                title=event.payee_name,
                amount_minor=event.amount_minor,
                currency=event.currency,
                at=event.captured_at,
            )
            for event in events
        ]
    )


@consumes(PaymentRefunded, name="members.notices_of_refunds")
def tell_refunds(events: list[PaymentRefunded]) -> None:
    """Tell payers what came back."""
    actions.write_notices(
        notices=[
            NewNotice(
                user_id=event.payer_id,
                kind="refunded",
                fact_uid=event.uid,
                about_uid=event.payment_uid,
                title=event.payee_name,
                amount_minor=event.amount_minor,
                currency=event.currency,
                at=event.refunded_at,
            )
            for event in events
        ]
    )


@consumes(TopUpConfirmed, name="members.notices_of_top_ups")
def tell_top_ups(events: list[TopUpConfirmed]) -> None:
    """Tell members that their money has arrived."""
    actions.write_notices(
        notices=[_top_up(event, "top_up_confirmed", event.confirmed_at) for event in events]
    )


@consumes(TopUpFailed, name="members.notices_of_failed_top_ups")
def tell_failed_top_ups(events: list[TopUpFailed]) -> None:
    """Tell members that their bank refused, and that no money moved."""
    actions.write_notices(
        notices=[_top_up(event, "top_up_failed", event.failed_at) for event in events]
    )


def _top_up(event: TopUpConfirmed | TopUpFailed, kind: str, at: dt.datetime) -> NewNotice:
    return NewNotice(
        user_id=event.user_id,
        kind=kind,
        fact_uid=event.uid,
        about_uid=event.uid,
        title="",
        amount_minor=event.amount_minor,
        currency=event.currency,
        at=at,
    )
