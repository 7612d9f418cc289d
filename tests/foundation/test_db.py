import pytest
from django.db import OperationalError, connection, transaction

from foundation import db
from foundation.errors import Refusal
from foundation.users.models import User


class Counted(Refusal):
    code = "counted"
    commits = True


class Plain(Refusal):
    code = "plain"


@pytest.mark.django_db(transaction=True)
def test_a_step_outside_of_a_transaction_raises() -> None:
    calls = []
    stepped = db.step(lambda: calls.append(1))

    with pytest.raises(RuntimeError, match="is a step"):
        stepped()
    assert calls == []

    db.entry(stepped)()
    assert calls == [1]


@pytest.mark.django_db(transaction=True)
def test_an_entry_inside_an_entry_raises() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        db.entry(lambda: None)()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_rolls_back_unless_it_commits() -> None:
    def write(phone: str, refusal: Refusal) -> None:
        User.objects.create_user(phone)
        raise refusal

    with pytest.raises(Plain):
        db.entry(write)("+8613800000001", Plain())
    with pytest.raises(Counted):
        db.entry(write)("+8613800000002", Counted())

    assert list(User.objects.values_list("phone", flat=True)) == ["+8613800000002"]


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again_and_another_error_is_not() -> None:
    tries = []

    def fail(state: str, most: int) -> int:
        tries.append(state)
        if len(tries) < most:
            with connection.cursor() as cursor:
                cursor.execute(f"do $$ begin raise exception using errcode = '{state}'; end $$")
        return len(tries)

    assert db.entry(fail)("40P01", 3) == 3
    tries.clear()
    with pytest.raises(OperationalError):
        db.entry(fail)("40001", 99)
    assert len(tries) == db.ATTEMPTS
    tries.clear()
    with pytest.raises(OperationalError):
        db.entry(fail)("57014", 99)
    assert len(tries) == 1
