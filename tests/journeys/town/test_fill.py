"""Filling the town leaves what real payments leave, once."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from foundation import clock
from journeys.town import actions, queries, rules
from journeys.town.actions import money
from wallet.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True)

AT = dt.datetime(2026, 3, 14, 12, 0, tzinfo=dt.UTC)
SMALL = {"seed": 5, "members": 12, "payments": 400}


def fill(**options: int) -> object:
    return actions.fill(**(SMALL | options), at=AT, say=lambda part, done, total: None)


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_the_filled_town_proves_true() -> None:
    filled = fill()
    assert ledger.verify().clean
    assert rows("select count(*) from wallet_payment") == [(filled.payments,)]
    assert rows(
        "select sum(captured_minor), sum(captured_count), sum(refunded_minor),"
        " sum(refunded_count) from merchants_storeday"
    ) == rows(
        "select (select sum(amount_minor) from wallet_payment),"
        " (select count(*) from wallet_payment),"
        " (select sum(amount_minor) from wallet_refund), (select count(*) from wallet_refund)"
    )
    assert rows("select count(*) from foundation_outboxevent where relayed_at is null") == [(0,)]
    assert rows("select count(*) from foundation_delivery where status <> 'done'") == [(0,)]


def test_what_is_left_behind_is_sound() -> None:
    fill()
    assert rows(
        "select count(*) from wallet_payment p join wallet_paymentrequest r on r.id = p.request_id"
        " where r.status <> 'paid' or r.payer_id <> p.payer_id or r.ended_at <> p.captured_at"
        " or r.amount_minor <> p.amount_minor or r.scene <> 'dynamic' and r.payer_id is null"
    ) == [(0,)]
    assert rows(
        "select count(*) from wallet_payment p where p.amount_minor <>"
        " (select sum(amount_minor) from wallet_paymentleg where payment_id = p.id)"
        " or p.refunded_minor <>"
        " (select sum(refunded_minor) from wallet_paymentleg where payment_id = p.id)"
        " or p.refunded_minor <> coalesce("
        " (select sum(amount_minor) from wallet_refund where payment_id = p.id), 0)"
        " or not exists (select from ledger_journal where uid = p.uid)"
    ) == [(0,)]
    # Per payment: opened, paid, captured; and one more for each refund.
    assert rows(
        "select (select count(*) from wallet_paymentmove)"
        " - 3 * (select count(*) from wallet_payment) - (select count(*) from wallet_refund)"
    ) == [(0,)]


def test_the_days_limits_count_today_only() -> None:
    fill()
    today = clock.day_of(AT)
    assert {date for (date,) in rows("select distinct date from wallet_memberday")} == {today}
    start, _end = clock.day_bounds(today)
    spent = dict(rows("select user_id, spent_minor from wallet_memberday"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select payer_id, sum(amount_minor) from wallet_payment p where captured_at >= %s"
            " group by payer_id",
            [start],
        )
        paid = dict(cursor.fetchall())
        cursor.execute(
            "select r.payer_id, sum(r.amount_minor) from wallet_refund r"
            " join wallet_payment p on p.id = r.payment_id where p.captured_at >= %s"
            " group by r.payer_id",
            [start],
        )
        returned = dict(cursor.fetchall())
    assert spent == {user: total - returned.get(user, 0) for user, total in paid.items()}


def test_filling_again_changes_nothing() -> None:
    fill()
    before = rows("select count(*), max(id) from ledger_journal")
    with pytest.raises(actions.AlreadyFilled):
        fill()
    assert rows("select count(*), max(id) from ledger_journal") == before


def test_a_run_that_was_cut_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journeys.town.actions.run.BATCH", 100)
    real, done = money._post, []

    def dies(**batch: object) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        real(**batch)

    monkeypatch.setattr("journeys.town.actions.money._post", dies)
    with pytest.raises(KeyboardInterrupt):
        fill()
    with pytest.raises(actions.HalfFilled):
        fill(seed=6)
    monkeypatch.setattr("journeys.town.actions.money._post", real)
    filled = actions.fill(**SMALL, at=AT + dt.timedelta(days=1), say=lambda part, done, total: None)
    assert rows("select count(*) from wallet_payment") == [(filled.payments,)]
    assert rows("select count(distinct name) from merchants_store") == [(24,)]
    assert rows("select count(*) from merchants_store") == [(24,)]
    assert ledger.verify().clean


def test_the_commands_speak(settings: object) -> None:
    out = StringIO()
    call_command("fill_town", seed=5, members=4, payments=30, stdout=out)
    call_command("fill_town", seed=5, members=4, payments=30, stdout=out)
    call_command("demo_signins", stdout=out)
    text = out.getvalue()
    assert "The demo town is filled: 4 members, 24 shops" in text
    assert "already filled" in text
    assert "王秀英" in text
    assert rules.PIN in text
    assert queries.find_town().status == "done"


def test_no_demo_town_in_production(settings: object) -> None:
    settings.DEVELOPMENT_PAGES = False
    for command in ("fill_town", "demo_signins"):
        with pytest.raises(CommandError):
            call_command(command)
