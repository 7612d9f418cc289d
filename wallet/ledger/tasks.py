from celery import shared_task

from foundation import clock
from wallet.ledger import actions

ROUNDS = 20


@shared_task(name="wallet.ledger.fold")
def fold() -> None:
    """Fold what waits on accounts that take credits without a lock."""
    for _ in range(ROUNDS):
        if not actions.fold():
            break


@shared_task(name="wallet.ledger.expire_holds")
def expire_holds() -> None:
    """Give back holds whose time is over."""
    for _ in range(ROUNDS):
        if not actions.expire_holds(at=clock.now()):
            break
