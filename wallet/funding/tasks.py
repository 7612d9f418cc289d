from celery import shared_task

from foundation import clock
from wallet.funding import actions


@shared_task(name="wallet.funding.run_sandbox_bank")
def run_sandbox_bank() -> None:
    """Let the sandbox bank make the calls that are due."""
    actions.run_sandbox_bank(at=clock.now())


@shared_task(name="wallet.funding.expire_top_ups")
def expire_top_ups() -> None:
    """Ask the banks about top-ups without an answer; expire those no bank ever knew."""
    actions.ask_banks(at=clock.now())
