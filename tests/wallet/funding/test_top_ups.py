import datetime as dt
import uuid

import pytest

from foundation.money import AmountNotPositive, Money
from foundation.outbox.models import OutboxEvent
from tests.factories.merchants import make_user
from tests.factories.wallet import books_balance, in_entry, snapshot, together, yuan
from wallet.funding import actions, queries, rules
from wallet.funding.adapters import RailAnswer, RailUnavailable
from wallet.funding.models import TopUp, TopUpMove
from wallet.ledger import queries as accounts
from wallet.ledger.rules import MEMBER_CASH, RAIL_CLEARING

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

SECOND = dt.timedelta(seconds=1)


def start(user, text, at):
    opened = in_entry(
        actions.open_top_up, user_id=user.pk, user_uid=user.uid, amount=yuan(text), at=at
    )
    actions.submit(uid=opened.uid, at=at)
    return queries.get_top_up(uid=opened.uid, user_id=user.pk)


def said(top_up, status="paid", amount=None, reason=""):
    return RailAnswer(top_up.uid, top_up.rail_reference, status, amount or top_up.amount, reason)


def cash(user):
    account = accounts.find_account(code=MEMBER_CASH, owner_uid=user.uid, currency="CNY")
    return accounts.balance(account_id=account.id).available_minor if account else 0


def clearing():
    account = accounts.find_account(
        code=RAIL_CLEARING, owner_uid=rules.rail_uid_of("sandbox"), currency="CNY"
    )
    return accounts.balance(account_id=account.id).posted_minor


def test_started_top_up_is_with_the_bank_and_has_moved_nothing(at):
    user = make_user()

    top_up = start(user, "100", at)

    assert (top_up.status, top_up.amount, top_up.final) == ("started", yuan("100"), False)
    assert top_up.rail_reference == f"SB{top_up.uid.hex[:20].upper()}"
    assert cash(user) == 0


def test_confirmed_top_up_is_the_members_money(at):
    user = make_user()
    top_up = start(user, "100", at)

    status = actions.apply_answer(answer=said(top_up), at=at + 2 * SECOND, source="callback")

    assert status == "confirmed"
    assert (cash(user), clearing()) == (10_000, -10_000)
    found = queries.get_top_up(uid=top_up.uid, user_id=user.pk)
    assert (found.status, found.ended_at, found.final) == ("confirmed", at + 2 * SECOND, True)
    event = OutboxEvent.objects.get(kind="funding.top_up_confirmed")
    assert event.body == {
        "uid": str(top_up.uid),
        "user_id": user.pk,
        "amount_minor": 10_000,
        "currency": "CNY",
        "rail": "sandbox",
        "confirmed_at": "2026-03-14T04:00:02+00:00",
    }
    moves = TopUpMove.objects.values_list("from_status", "to_status", "source")
    assert list(moves) == [("", "started", "member"), ("started", "confirmed", "callback")]
    assert books_balance()


def test_same_answer_again_changes_nothing(at):
    user = make_user()
    top_up = start(user, "100", at)
    actions.apply_answer(answer=said(top_up), at=at, source="callback")
    before = snapshot()

    again = actions.apply_answer(answer=said(top_up), at=at + SECOND, source="callback")

    assert again == "confirmed"
    assert snapshot() == before


@committed
def test_sixteen_callbacks_credit_once(at):
    user = make_user()
    top_up = start(user, "100", at)

    results = together(
        16, lambda _: actions.apply_answer(answer=said(top_up), at=at, source="callback")
    )

    assert results == ["confirmed"] * 16
    assert cash(user) == 10_000
    assert books_balance()


def test_refused_top_up_moves_nothing_and_says_so(at):
    user = make_user()
    top_up = start(user, "100.13", at)

    status = actions.apply_answer(
        answer=said(top_up, "failed", reason="card_declined"), at=at, source="callback"
    )

    assert status == "failed"
    assert cash(user) == 0
    event = OutboxEvent.objects.get(kind="funding.top_up_failed")
    assert (event.body["reason"], event.body["amount_minor"]) == ("card_declined", 10_013)
    assert queries.get_top_up(uid=top_up.uid, user_id=user.pk).failure == "card_declined"


@pytest.mark.parametrize(
    ("first", "second", "amount"),
    [
        ("paid", "failed", None),
        ("failed", "paid", None),
        (None, "paid", Money(10_001, "CNY")),
        (None, "paid", Money(10_000, "USD")),
        (None, "failed", Money(9_999, "CNY")),
    ],
)
def test_answer_that_contradicts_is_refused(at, first, second, amount):
    user = make_user()
    top_up = start(user, "100", at)
    if first:
        actions.apply_answer(answer=said(top_up, first), at=at, source="callback")
    before = snapshot()

    with pytest.raises(rules.CallbackContradicts):
        actions.apply_answer(answer=said(top_up, second, amount), at=at, source="callback")

    assert snapshot() == before


def test_answer_about_an_unknown_order_is_refused(at):
    answer = RailAnswer(uuid.uuid4(), "SB0", "paid", yuan("1"))

    with pytest.raises(rules.TopUpUnknown):
        actions.apply_answer(answer=answer, at=at, source="callback")


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (Money(0, "CNY"), AmountNotPositive),
        (Money(-100, "CNY"), AmountNotPositive),
        (Money(99, "CNY"), rules.TopUpTooSmall),
        (Money(5_000_001, "CNY"), rules.TopUpTooLarge),
        (Money(100, "USD"), rules.TopUpCurrency),
    ],
)
def test_amount_outside_the_limits_is_refused(at, amount, refusal):
    user = make_user()
    before = snapshot()

    with pytest.raises(refusal):
        in_entry(actions.open_top_up, user_id=user.pk, user_uid=user.uid, amount=amount, at=at)

    assert snapshot() == before


@pytest.mark.parametrize("text", ["1", "50000"])
def test_amounts_at_the_limits_are_taken(at, text):
    assert start(make_user(), text, at).amount == yuan(text)


def test_without_an_answer_it_is_unknown_until_the_bank_is_asked(at):
    user = make_user()
    top_up = start(user, "100.23", at)
    assert actions.run_sandbox_bank(at=at + 10 * SECOND) == 0

    assert actions.ask_banks(at=at + 44 * SECOND) == 0
    assert actions.ask_banks(at=at + 45 * SECOND) == 1

    found = queries.get_top_up(uid=top_up.uid, user_id=user.pk)
    assert found.status == "confirmed"
    assert cash(user) == 10_023
    moves = TopUpMove.objects.values_list("from_status", "to_status", "source")
    assert list(moves) == [
        ("", "started", "member"), ("started", "unknown", "sweep"),
        ("unknown", "confirmed", "answer"),
    ]  # fmt: skip


class SilentBank:
    """A bank that cannot be reached until `answers` is set."""

    name = "sandbox"
    answers = False
    known = None

    def start(self, *, order_uid, amount, at):
        if not self.answers:
            raise RailUnavailable
        return "SB-LATE"

    def query(self, *, order_uid, at):
        if not self.answers:
            raise RailUnavailable
        return self.known


@pytest.fixture
def silent_bank(monkeypatch):
    bank = SilentBank()
    monkeypatch.setitem(actions.top_ups.RAILS, "sandbox", bank)
    return bank


def test_bank_that_cannot_be_reached_leaves_it_unknown_never_failed(at, silent_bank):
    user = make_user()
    top_up = start(user, "100", at)
    assert top_up.status == "started"

    actions.ask_banks(at=at + 45 * SECOND)

    assert queries.get_top_up(uid=top_up.uid, user_id=user.pk).status == "unknown"
    assert actions.ask_banks(at=at + 46 * SECOND) == 0
    silent_bank.answers = True
    silent_bank.known = RailAnswer(top_up.uid, "SB-LATE", "paid", yuan("100"))
    assert actions.ask_banks(at=at + 105 * SECOND) == 1
    assert queries.get_top_up(uid=top_up.uid, user_id=user.pk).status == "confirmed"
    assert cash(user) == 10_000


def test_crash_between_commit_and_bank_is_made_good_by_the_sweep(at):
    user = make_user()
    opened = in_entry(
        actions.open_top_up, user_id=user.pk, user_uid=user.uid, amount=yuan("100"), at=at
    )

    actions.ask_banks(at=at + 45 * SECOND)
    assert queries.get_top_up(uid=opened.uid, user_id=user.pk).rail_reference.startswith("SB")
    actions.ask_banks(at=at + 200 * SECOND)

    assert queries.get_top_up(uid=opened.uid, user_id=user.pk).status == "confirmed"


def test_order_that_no_bank_ever_knew_expires_after_days_but_a_late_yes_counts(at, silent_bank):
    user = make_user()
    top_up = start(user, "100", at)
    silent_bank.answers = True

    actions.ask_banks(at=at + dt.timedelta(days=1))
    assert queries.get_top_up(uid=top_up.uid, user_id=user.pk).status == "unknown"
    actions.ask_banks(at=at + dt.timedelta(days=4))
    assert queries.get_top_up(uid=top_up.uid, user_id=user.pk).status == "expired"

    actions.apply_answer(answer=said(top_up), at=at + dt.timedelta(days=5), source="callback")
    assert queries.get_top_up(uid=top_up.uid, user_id=user.pk).status == "confirmed"
    assert cash(user) == 10_000


@committed
def test_two_sweeps_at_once_ask_each_top_up_once(at):
    user = make_user()
    for _ in range(6):
        start(user, "100.23", at)

    results = together(4, lambda _: actions.ask_banks(at=at + 45 * SECOND))

    assert sum(results) == 6
    assert set(TopUp.objects.values_list("status", "asked_count")) == {("confirmed", 1)}
    assert cash(user) == 6 * 10_023


def test_nobody_sees_the_top_up_of_another(at):
    top_up = start(make_user(), "100", at)

    with pytest.raises(rules.TopUpUnknown):
        queries.get_top_up(uid=top_up.uid, user_id=make_user().pk)
