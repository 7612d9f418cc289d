"""The PIN in the database: counting, growing locks at exact instants, changing, renewing."""

import datetime as dt

import pytest

from foundation.audit.models import AuditRecord
from foundation.db import entry
from members.security import actions, queries, rules
from members.security.models import PaymentPin
from tests.factories.members import OTHER_PIN, PIN, open_member, texts_to
from tests.factories.wallet import together

check = entry(actions.check_pin)
WRONG = "730461"


def try_wrong(user, at) -> rules.WrongPin | rules.PinLocked:
    with pytest.raises((rules.WrongPin, rules.PinLocked)) as caught:
        check(user_id=user.pk, pin=WRONG, at=at)
    return caught.value


@pytest.mark.django_db
def test_the_right_pin_passes_and_forgets_wrong_ones(at) -> None:
    user = open_member()
    assert try_wrong(user, at).fields == {"tries_left": 2}
    assert try_wrong(user, at).fields == {"tries_left": 1}
    check(user_id=user.pk, pin=PIN, at=at)
    assert PaymentPin.objects.get().failed_count == 0
    assert try_wrong(user, at).fields == {"tries_left": 2}


@pytest.mark.django_db
def test_locks_grow_and_end_at_their_instant(at) -> None:
    user = open_member()
    try_wrong(user, at)
    try_wrong(user, at)
    for lock in (
        dt.timedelta(minutes=1),
        dt.timedelta(minutes=5),
        dt.timedelta(minutes=15),
        dt.timedelta(hours=1),
        dt.timedelta(hours=24),
        dt.timedelta(hours=24),
    ):
        refusal = try_wrong(user, at)
        assert isinstance(refusal, rules.PinLocked)
        assert refusal.fields == {"until": at + lock}
        count = PaymentPin.objects.get().failed_count
        at += lock
        with pytest.raises(rules.PinLocked):  # even the right one, a moment before the end
            check(user_id=user.pk, pin=PIN, at=at - dt.timedelta(microseconds=1))
        assert PaymentPin.objects.get().failed_count == count
    check(user_id=user.pk, pin=PIN, at=at)
    assert PaymentPin.objects.get().locked_until is None


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", None, "12345", "abcdef", "２８４７１９"])
def test_what_is_no_pin_is_not_counted(typed, at) -> None:
    user = open_member()
    with pytest.raises((rules.PinMissing, rules.PinNotSixDigits)):
        check(user_id=user.pk, pin=typed, at=at)
    assert PaymentPin.objects.get().failed_count == 0


@pytest.mark.django_db
def test_without_a_pin(at) -> None:
    user = open_member(pin=None)
    assert not queries.has_pin(user_id=user.pk)
    with pytest.raises(rules.PinNotSet):
        check(user_id=user.pk, pin=PIN, at=at)


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_at_once_are_all_counted(at) -> None:
    user = open_member()
    results = together(4, lambda _: check(user_id=user.pk, pin=WRONG, at=at))
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["PinLocked", "PinLocked", "WrongPin", "WrongPin"]
    assert PaymentPin.objects.get().failed_count == 3


@pytest.mark.django_db
def test_a_change_takes_the_old_pin_and_tells_the_phone(at) -> None:
    user = open_member()
    arguments = {"user_id": user.pk, "phone": user.phone, "at": at}
    with pytest.raises(rules.WrongPin):
        actions.change_pin(old_pin=WRONG, new_pin=OTHER_PIN, repeated=OTHER_PIN, **arguments)
    check(user_id=user.pk, pin=PIN, at=at)
    assert texts_to(user.phone) == []
    actions.change_pin(old_pin=PIN, new_pin=OTHER_PIN, repeated=OTHER_PIN, **arguments)
    check(user_id=user.pk, pin=OTHER_PIN, at=at)
    assert len(texts_to(user.phone)) == 1
    record = AuditRecord.objects.get()
    assert (record.act, record.actor_id) == ("members.change_pin", user.pk)
    assert record.target_uid == str(user.uid)


@pytest.mark.django_db
def test_a_weak_new_pin_does_not_even_try_the_old_one(at) -> None:
    user = open_member()
    with pytest.raises(rules.PinWeakSequence):
        actions.change_pin(
            user_id=user.pk,
            phone=user.phone,
            old_pin=WRONG,
            new_pin="123456",
            repeated="123456",
            at=at,
        )
    assert PaymentPin.objects.get().failed_count == 0


@pytest.mark.django_db
def test_a_renewed_pin_ends_the_lock(at) -> None:
    user = open_member()
    for _ in range(3):
        try_wrong(user, at)
    actions.renew_pin(user_id=user.pk, phone=user.phone, pin=OTHER_PIN, repeated=OTHER_PIN, at=at)
    check(user_id=user.pk, pin=OTHER_PIN, at=at)
