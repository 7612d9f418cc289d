import pytest

from foundation.idempotency.rules import KeyReused
from journeys.topup import actions
from tests.factories.merchants import make_user
from tests.factories.wallet import snapshot, together, yuan
from wallet.funding import queries
from wallet.funding.models import SandboxOrder, TopUp
from wallet.funding.queries import TopUpDetail
from wallet.funding.rules import TopUpTooSmall

pytestmark = pytest.mark.django_db
# Threads and servers see only what is committed.
committed = pytest.mark.django_db(transaction=True)


def start(user, text, at, key="key-00000001"):
    return actions.start(client=f"user:{user.pk}", key=key, user=user, amount=yuan(text), at=at)


def test_top_up_is_written_down_and_given_to_the_bank(at):
    user = make_user()

    top_up = start(user, "100", at)

    assert (top_up.status, top_up.amount) == ("started", yuan("100"))
    assert SandboxOrder.objects.get().order_uid == top_up.uid
    found = queries.get_top_up(uid=top_up.uid, user_id=user.pk)
    assert found.rail_reference == SandboxOrder.objects.get().reference


def test_same_key_is_the_same_top_up(at):
    user = make_user()

    assert start(user, "100", at) == start(user, "100", at)
    assert TopUp.objects.count() == SandboxOrder.objects.count() == 1


def test_same_key_for_another_amount_is_refused(at):
    user = make_user()
    start(user, "100", at)
    before = snapshot()

    with pytest.raises(KeyReused):
        start(user, "200", at)

    assert snapshot() == before


def test_amount_outside_the_limits_is_refused(at):
    user = make_user()
    before = snapshot()

    with pytest.raises(TopUpTooSmall):
        start(user, "0.99", at)

    assert snapshot() == before


@committed
def test_sixteen_clicks_start_one_top_up(at):
    user = make_user()

    results = together(16, lambda _: start(user, "100", at))

    assert len({r.uid for r in results if isinstance(r, TopUpDetail)}) == 1
    assert TopUp.objects.count() == SandboxOrder.objects.count() == 1
