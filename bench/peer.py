"""One process that posts from Django, one payment after the other, and prints its rate.

`python -m bench.peer hordak 3` posts by django-hordak's own `transfer_to`: a transaction and two
legs, checked by its deferred trigger; it keeps no balance and gates nothing. `wallet` is what a
wallet on hordak has to do: lock the payer, sum its legs, refuse or transfer. `ledger` posts by
our `actions.post` in an entry: gated, with running balances; `bulk` the same with 50 journals in
one call. All have minimal settings, the same driver and options, the same accounts in number,
and pick payer and payee at random.
"""

import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ACCOUNTS = 200
BATCH = 50
SCHEMA = "bench_hordak"


def measure(*, who: str, dsn: str, seconds: float) -> float:
    """Return payments a second of hordak, wallet, ledger or bulk on the database at `dsn`."""
    result = subprocess.run(
        [sys.executable, "-m", "bench.peer", who, str(seconds)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": dsn},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"bench.peer {who} failed:\n{result.stderr[-2000:]}")
    return float(result.stdout.split()[-1])


def _configure(*, apps: list[str], options: str = "") -> None:
    import django
    import environ
    from django.conf import settings

    database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    database["ENGINE"] = "django.db.backends.postgresql"
    # Prepared statements for both, as in our own settings.
    database.setdefault("OPTIONS", {}).update(
        options=options, server_side_binding=True, prepare_threshold=5
    )
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=apps,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        DEFAULT_CURRENCY="CNY",
        HORDAK_CURRENCIES=["CNY"],
        CURRENCIES=["CNY"],
        SECRET_KEY="bench",
    )
    django.setup()


def _hordak(gated: bool) -> Callable[[], None]:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"create schema if not exists {SCHEMA}")
    _configure(
        apps=["django.contrib.contenttypes", "mptt", "djmoney", "hordak"],
        options=f"-c search_path={SCHEMA}",
    )
    from django.core.management import call_command
    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    call_command("migrate", verbosity=0)
    accounts = list(Account.objects.exclude(name="source")[:ACCOUNTS])
    while len(accounts) < ACCOUNTS:
        accounts.append(
            Account.objects.create(name=f"a{len(accounts)}", type="LI", currencies=["CNY"])
        )
    amount = Money("0.07", "CNY")
    if not accounts[0].legs.exists():
        source = Account.objects.create(name="source", type="LI", currencies=["CNY"])
        for account in accounts:
            account.transfer_to(source, Money("1000000", "CNY"), description="funding")

    def transfer() -> None:
        payer, payee = random.sample(accounts, 2)
        payee.transfer_to(payer, amount, description="payment")

    @transaction.atomic
    def pay() -> None:
        payer, payee = random.sample(accounts, 2)
        locked = Account.objects.select_for_update().get(pk=payer.pk)
        if locked.get_simple_balance()["CNY"] < amount:
            raise RuntimeError("declined")
        payee.transfer_to(locked, amount, description="payment")

    return pay if gated else transfer


def _ledger(batch: int = 1) -> Callable[[], None]:
    _configure(apps=[])
    from foundation.db import entry
    from wallet.ledger import actions
    from wallet.ledger.rules import Journal, Leg

    @entry
    def open_accounts() -> list[int]:
        return [
            actions.open_account(
                code="bench.peer", owner_uid=uuid.UUID(int=n), currency="CNY", floor_minor=-(10**12)
            ).id
            for n in range(ACCOUNTS)
        ]

    @entry
    def post(journals: list[Journal]) -> None:
        actions.post(journals=journals)

    accounts = open_accounts()

    def pay() -> None:
        journals = []
        for _ in range(batch):
            payer, payee = random.sample(accounts, 2)
            legs = (Leg(payer, -7), Leg(payee, 7))
            journals.append(Journal(uuid.uuid4(), "payment", "bench", legs))
        post(journals)

    return pay


def _main(who: str, seconds: float) -> None:
    batch = BATCH if who == "bulk" else 1
    pay = _hordak(who == "wallet") if who in ("hordak", "wallet") else _ledger(batch)
    for _ in range(20):
        pay()
    count, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        pay()
        count += batch
    print(count / passed)


if __name__ == "__main__":
    _main(sys.argv[1], float(sys.argv[2]))
