"""A load that is killed around: members who pay and never give up on a key.

    python -m tests.kill.load prepare | pay ACKNOWLEDGED STOP | check ACKNOWLEDGED

`pay` runs until the file STOP exists. A line in ACKNOWLEDGED (key, payment) is written after the
answer and flushed to the disk: what stands there was promised. An error of the connection leaves
the outcome unknown, so the same key is sent again until there is an answer.
"""

import json
import os
import sys
import threading
import time
import uuid
from pathlib import Path

PAYERS = 4
START_MINOR = 10**9
PRICE_MINOR = 137


def main() -> int:
    import django

    django.setup()
    verb, *paths = sys.argv[1:]
    files = [Path(path) for path in paths]
    return {"prepare": prepare, "pay": pay, "check": check}[verb](*files)


def prepare() -> int:
    """Make a shop and its payers; print nothing, find them again by phone."""
    from foundation.db import entry
    from tests.factories.merchants import make_shop
    from tests.factories.wallet import NOON, make_member
    from wallet.risk import actions as risk
    from wallet.risk.rules import Limits

    make_shop(name="不倒翁小店")
    for number in range(PAYERS):
        member = make_member(balance_minor=START_MINOR, phone=f"+8613700000{number:03d}")
        limits = Limits(20_000, 500_000, 10**11)
        entry(risk.set_limits)(user_id=member.id, limits=limits, at=NOON)
    return 0


def pay(acknowledged: Path, stop: Path) -> int:
    """Pay from every payer at once, until told to stop."""
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_pay_for_ever, args=(number, acknowledged, stop, lock))
        for number in range(PAYERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0


def _pay_for_ever(number: int, acknowledged: Path, stop: Path, lock: threading.Lock) -> None:
    from journeys.checkout import actions as checkout

    user, store = _again(lambda: _who(number))
    while not stop.exists():
        opening, key = uuid.uuid4().hex, uuid.uuid4().hex
        request = _again(lambda key=opening: _request(store, key))
        receipt = _again(
            lambda key=key, request=request: checkout.pay(
                client=f"user:{user.pk}", key=key, payer=user, request_uid=request, at=_now()
            )
        )
        with lock, acknowledged.open("a") as file:
            file.write(json.dumps([key, str(receipt.payment_uid)]) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _again(work):
    """Do it until it is answered: after a lost connection the outcome is unknown, not failed."""
    from django.db import InterfaceError, OperationalError, connection

    from foundation.idempotency.rules import StillRunning

    for _ in range(600):
        try:
            return work()
        except (OperationalError, InterfaceError, StillRunning):
            connection.close()
            time.sleep(0.1)
    raise RuntimeError("no answer in a minute")


def _who(number: int):
    from foundation.users.queries import find_by_phone
    from merchants.stores.models import Store

    return find_by_phone(phone=f"+8613700000{number:03d}"), Store.objects.get().uid


def _request(store_uid: uuid.UUID, key: str) -> uuid.UUID:
    """Open a request. One that was opened and not answered just expires: no money moved."""
    from foundation.db import entry
    from foundation.money import Money
    from merchants.stores.queries import payee
    from wallet.payments import actions as payments

    opened = entry(payments.open_request)(
        scene="dynamic",
        payee=payee(store_uid=store_uid),
        amount=Money(PRICE_MINOR, "CNY"),
        at=_now(),
        created_by=None,
    )
    return opened.uid


def _now():
    from foundation import clock

    return clock.now()


def check(acknowledged: Path) -> int:
    """Hold every promise against the books; print the figures, exit 1 on any break."""
    from foundation.outbox import actions as outbox
    from foundation.outbox.models import Delivery
    from foundation.outbox.queries import get_figures
    from members.profile.models import Notice
    from merchants.stores.models import StoreDay
    from wallet.ledger import queries as ledger
    from wallet.ledger.rules import MEMBER_CASH
    from wallet.payments.models import Payment

    while outbox.drain() or outbox.retry(at=_now() + _day()):
        pass
    promised = [json.loads(line) for line in acknowledged.read_text().splitlines()]
    payments = {str(uid) for uid in Payment.objects.values_list("uid", flat=True)}
    paid = len(payments)
    left = sum(
        ledger.balance(
            account_id=ledger.get_account(
                code=MEMBER_CASH, owner_uid=_who(n)[0].uid, currency="CNY"
            ).id
        ).posted_minor
        for n in range(PAYERS)
    )
    day = StoreDay.objects.get()
    report = ledger.verify()
    figures = get_figures()
    found = {
        "acknowledged": len(promised),
        "payments": paid,
        "lost": len({uid for _, uid in promised} - payments),
        "keys_paid_twice": len(promised) - len({uid for _, uid in promised}),
        "ledger_clean": report.clean,
        "money_short_minor": PAYERS * START_MINOR - left - paid * PRICE_MINOR,
        "effects_short": paid - day.captured_count,
        "notices_short": paid - Notice.objects.count(),
        "undelivered": figures.waiting + figures.retrying + figures.dead,
        "deliveries": Delivery.objects.count(),
    }
    print(json.dumps(found))
    wrong = ("lost", "keys_paid_twice", "money_short_minor", "effects_short", "notices_short",
             "undelivered")  # fmt: skip
    return 0 if report.clean and not any(found[name] for name in wrong) and paid else 1


def _day():
    import datetime as dt

    return dt.timedelta(days=1)


if __name__ == "__main__":
    sys.exit(main())
