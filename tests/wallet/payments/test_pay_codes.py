import datetime as dt
import uuid

import pytest

from tests.factories.wallet import in_entry, make_member, snapshot, together
from wallet.payments import actions, rules
from wallet.payments.models import PayCode

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)

STORE = uuid.UUID(int=7)
SECOND = dt.timedelta(seconds=1)


def issue(member, at):
    return in_entry(actions.issue_pay_code, user=member, at=at)


def use(code, at, store_uid=STORE):
    return in_entry(actions.use_pay_code, code=code, store_uid=store_uid, at=at)


def test_code_is_whose_it_is(at):
    member = make_member()

    issued = issue(member, at)

    assert rules.is_pay_code(issued.code)
    assert (issued.issued_at, issued.expires_at) == (at, at + 120 * SECOND)
    assert issued.refresh_seconds == 60
    assert use(issued.code, at) == rules.Payer(id=member.id, uid=member.uid)
    row = PayCode.objects.get()
    assert (row.used_at, row.used_by_store_uid) == (at, STORE)


def test_code_typed_in_groups_is_read(at):
    member = make_member()

    assert use(rules.group_pay_code(issue(member, at).code), at).id == member.id


def test_only_a_keyed_hash_is_kept(at):
    member = make_member()

    issued = issue(member, at)

    row = PayCode.objects.values().get()
    assert issued.code not in str(row)
    assert len(row["code_hash"]) == 64


def test_next_code_leaves_the_last_one_valid(at):
    member = make_member()
    first = issue(member, at)
    second = issue(member, at + 60 * SECOND)

    assert first.code != second.code
    assert use(first.code, at + 119 * SECOND).id == member.id
    assert use(second.code, at + 179 * SECOND).id == member.id


def test_code_is_used_once_by_whichever_store(at):
    issued = issue(make_member(), at)
    use(issued.code, at)
    before = snapshot()

    for store_uid in (STORE, uuid.UUID(int=8)):
        with pytest.raises(rules.PayCodeUsed):
            use(issued.code, at, store_uid)

    assert snapshot() == before


def test_code_past_its_time_is_refused(at):
    issued = issue(make_member(), at)
    before = snapshot()

    with pytest.raises(rules.PayCodeExpired):
        use(issued.code, at + 120 * SECOND)

    assert snapshot() == before


@pytest.mark.parametrize(
    "code", ["", "28", "281234567890123456", "２８１２３４５６７８９０１２３４５６", "x" * 18]
)
def test_code_that_is_none_is_refused(at, code):
    before = snapshot()

    with pytest.raises(rules.PayCodeUnknown):
        use(code, at)

    assert snapshot() == before


def test_code_never_issued_is_refused(at):
    with pytest.raises(rules.PayCodeUnknown):
        use(rules.new_pay_code(), at)


def test_code_of_a_closed_account_is_refused(at):
    member = make_member()
    issued = issue(member, at)
    member.user.is_active = False
    member.user.save()
    before = snapshot()

    with pytest.raises(rules.PayCodeUnknown):
        use(issued.code, at)

    assert snapshot() == before


def test_rolled_back_use_leaves_the_code_unused(at):
    member = make_member()
    issued = issue(member, at)

    def use_and_fail() -> None:
        actions.use_pay_code(code=issued.code, store_uid=STORE, at=at)
        raise rules.OwnShop()

    with pytest.raises(rules.OwnShop):
        in_entry(use_and_fail)

    assert use(issued.code, at).id == member.id


def test_drawing_is_bounded_per_member(at):
    member, other = make_member(), make_member()
    for number in range(20):
        issue(member, at + number * SECOND)

    with pytest.raises(rules.TooManyPayCodes) as refused:
        issue(member, at + 20 * SECOND)

    assert refused.value.status == 429
    assert issue(other, at + 20 * SECOND).code
    assert issue(member, at + 300 * SECOND).code


def test_forgets_what_is_long_over(at):
    member = make_member()
    issue(member, at)
    issue(member, at + dt.timedelta(days=1))

    assert actions.forget_pay_codes(at=at + dt.timedelta(days=7, seconds=121)) == 1
    assert PayCode.objects.count() == 1


@committed
def test_sixteen_stores_use_one_code_once(at):
    issued = issue(make_member(), at)

    results = together(16, lambda number: use(issued.code, at, uuid.UUID(int=100 + number)))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["PayCodeUsed"] * 15 + ["Payer"]


@committed
def test_limit_holds_exactly_under_thirty_two_draws_at_once(at):
    member = make_member()

    results = together(32, lambda _: issue(member, at))

    kinds = [type(result).__name__ for result in results]
    assert kinds.count("PayCodeIssued") == 20
    assert kinds.count("TooManyPayCodes") == 12
