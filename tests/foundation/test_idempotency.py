import dataclasses
import datetime as dt
import threading
import uuid

import pytest
from django.db import connection

from foundation.errors import N_, Refusal
from foundation.idempotency import rules
from foundation.idempotency.actions import keyed_entry
from foundation.idempotency.models import IdempotencyKey
from foundation.money import Money
from foundation.users.models import User

KEY = "key-12345678"


@dataclasses.dataclass(frozen=True)
class Answer:
    uid: uuid.UUID
    amount: Money
    at: dt.datetime
    note: str | None = None
    parts: tuple[Money, ...] = ()


class Declined(Refusal):
    code = "declined_for_test"
    status = 402
    sentence = N_("Only %(left)s left.")
    sticks = True


class Ask(Refusal):
    code = "ask"


@keyed_entry(operation="test.buy", answer=Answer, secret=("pin",))
def buy(*, amount: Money, at: dt.datetime, pin: str = "", refusal: Refusal | None = None) -> Answer:
    User.objects.create_user(f"+86138{User.objects.count():08d}")
    if pin == "bad":
        raise Ask()
    if pin == "poor":
        raise Declined(left=Money(5, "CNY"))
    return Answer(uid=uuid.uuid4(), amount=amount, at=at, parts=(amount,))


@pytest.mark.django_db(transaction=True)
def test_the_same_key_answers_the_same_and_acts_once(at) -> None:
    first = buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at)
    again = buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at + dt.timedelta(hours=1))

    assert again == first
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_another_client_has_keys_of_its_own(at) -> None:
    first = buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at)
    other = buy(client="b", key=KEY, amount=Money(100, "CNY"), at=at)

    assert other.uid != first.uid


@pytest.mark.django_db(transaction=True)
def test_another_payload_under_a_used_key_is_refused(at) -> None:
    buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at)

    with pytest.raises(rules.KeyReused) as refused:
        buy(client="a", key=KEY, amount=Money(101, "CNY"), at=at)
    assert refused.value.status == 422
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_decline_stays_declined_and_moves_nothing(at) -> None:
    for pin in ("poor", "fine now"):
        with pytest.raises(Refusal) as refused:
            buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at, pin=pin)
        assert refused.value.code == "declined_for_test"
        assert refused.value.status == 402
        assert refused.value.fields == {"left": Money(5, "CNY")}
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_question_is_not_kept(at) -> None:
    with pytest.raises(Ask):
        buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at, pin="bad")
    assert not IdempotencyKey.objects.exists()

    assert buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at, pin="good").note is None


@pytest.mark.django_db(transaction=True)
def test_a_key_that_still_runs_is_refused(at) -> None:
    inside, go_on, errors = threading.Event(), threading.Event(), []

    @keyed_entry(operation="test.slow", answer=Answer)
    def slow(*, at: dt.datetime) -> Answer:
        inside.set()
        go_on.wait(10)
        return Answer(uid=uuid.uuid4(), amount=Money(1, "CNY"), at=at)

    def run() -> None:
        try:
            slow(client="a", key=KEY, at=at)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert inside.wait(10)
    try:
        with pytest.raises(rules.StillRunning):
            slow(client="a", key=KEY, at=at)
    finally:
        go_on.set()
        thread.join()
    assert errors == []


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with space 1", "tab\t12345", "键" * 9])
def test_a_key_of_the_wrong_shape_is_refused(key, at) -> None:
    with pytest.raises(rules.KeyMissing):
        buy(client="a", key=key, amount=Money(1, "CNY"), at=at)


@pytest.mark.django_db(transaction=True)
def test_sixteen_replays_at_once_act_once(at) -> None:
    answers, refusals = [], []
    start = threading.Barrier(16)

    def run() -> None:
        try:
            start.wait(10)
            answers.append(buy(client="a", key=KEY, amount=Money(100, "CNY"), at=at))
        except rules.StillRunning as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) + len(refusals) == 16
    assert len({answer.uid for answer in answers}) == 1
    assert User.objects.count() == 1
