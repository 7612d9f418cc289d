from celery import shared_task

from foundation import clock
from wallet.payments import actions


@shared_task(name="wallet.payments.expire_requests")
def expire_requests() -> None:
    """Expire requests that are past their time; bounded, because beat comes again."""
    for _ in range(20):
        if not actions.expire_requests(at=clock.now()):
            break


@shared_task(name="wallet.payments.forget_pay_codes")
def forget_pay_codes() -> None:
    """Forget pay codes whose time is long over."""
    for _ in range(20):
        if not actions.forget_pay_codes(at=clock.now()):
            break
