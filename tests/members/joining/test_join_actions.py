"""Codes against flooding, and the one wallet of simultaneous last steps."""

import datetime as dt

import pytest

from foundation.messages.models import OutgoingMessage
from foundation.users.models import User
from foundation.web import Look
from members.joining import actions, rules
from members.joining.models import JoinDraft
from members.security.models import PaymentPin
from members.security.rules import CodeTooSoon, TooManyCodes
from tests.factories.members import PIN, code_sent_to, new_phone
from tests.factories.wallet import together
from wallet.ledger.models import LedgerAccount


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


@pytest.mark.django_db
def test_a_code_a_minute(at) -> None:
    draft = actions.begin(phone=new_phone(), at=at)
    with pytest.raises(CodeTooSoon) as caught:
        actions.send_again(token=draft.token, at=at + dt.timedelta(seconds=59))
    assert caught.value.fields == {"seconds": 1}
    actions.send_again(token=draft.token, at=at + dt.timedelta(seconds=60))
    assert OutgoingMessage.objects.count() == 2


@pytest.mark.django_db
def test_resends_count_toward_the_hour(at) -> None:
    phone = new_phone()
    draft = actions.begin(phone=phone, at=at)
    for number in range(1, 5):
        actions.send_again(token=draft.token, at=at + minutes(2 * number))
    for again in (
        lambda: actions.send_again(token=draft.token, at=at + minutes(10)),
        lambda: actions.begin(phone=phone, at=at + minutes(10)),
    ):
        with pytest.raises(TooManyCodes) as caught:
            again()
        assert caught.value.fields == {"count": 5}
    assert OutgoingMessage.objects.count() == 5
    assert JoinDraft.objects.count() == 1
    actions.send_again(token=draft.token, at=at + minutes(8 + 61))
    assert OutgoingMessage.objects.count() == 6


@pytest.mark.django_db
def test_drafts_of_one_number_share_the_hour(at) -> None:
    phone = new_phone()
    for number in range(5):
        actions.begin(phone=phone, at=at + minutes(2 * number))
    with pytest.raises(TooManyCodes):
        actions.begin(phone=phone, at=at + minutes(20))
    actions.begin(phone=new_phone(), at=at + minutes(20))


@pytest.mark.django_db
def test_a_new_code_voids_the_one_before(at) -> None:
    phone = new_phone()
    draft = actions.begin(phone=phone, at=at)
    first = code_sent_to(phone)
    actions.send_again(token=draft.token, at=at + minutes(2))
    if code_sent_to(phone) != first:
        with pytest.raises(Exception, match="wrong_code"):
            actions.confirm_code(token=draft.token, code=first, at=at + minutes(2))
    state = actions.confirm_code(token=draft.token, code=code_sent_to(phone), at=at + minutes(2))
    assert state.step == "name"


@pytest.mark.django_db
def test_drafts_are_forgotten_after_seven_days(at) -> None:
    actions.begin(phone=new_phone(), at=at)
    assert actions.forget_drafts(at=at + dt.timedelta(days=7)) == 0
    assert actions.forget_drafts(at=at + dt.timedelta(days=7, seconds=1)) == 1
    assert JoinDraft.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_kept_of_a_code_but_its_hash(at) -> None:
    phone = new_phone()
    actions.begin(phone=phone, at=at)
    kept = JoinDraft.objects.get().code_hash
    assert len(kept) == 64
    assert code_sent_to(phone) not in kept


@pytest.mark.django_db(transaction=True)
def test_the_last_step_by_many_threads_opens_one_wallet(at) -> None:
    phone = new_phone()
    draft = actions.begin(phone=phone, at=at)
    actions.confirm_code(token=draft.token, code=code_sent_to(phone), at=at)
    actions.keep_name(token=draft.token, display_name="王兰", at=at)

    # Few, because each hashes the PIN while the others wait for the draft.
    results = together(
        3,
        lambda _: actions.finish(
            token=draft.token, pin=PIN, repeated=PIN, look=Look(), language="en", at=at
        ),
    )

    assert {user.pk for user in results} == {User.objects.get().pk}
    assert (PaymentPin.objects.count(), LedgerAccount.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_number_gets_one_code_from_many_threads(at) -> None:
    phone = new_phone()
    results = together(6, lambda _: actions.begin(phone=phone, at=at))
    assert sum(isinstance(result, CodeTooSoon) for result in results) == 5
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.django_db
def test_an_unknown_draft_is_missing(at) -> None:
    for act in (
        lambda: actions.send_again(token="x", at=at),
        lambda: actions.confirm_code(token="x", code="123456", at=at),
        lambda: actions.keep_name(token="x", display_name="王兰", at=at),
    ):
        with pytest.raises(rules.DraftMissing):
            act()
