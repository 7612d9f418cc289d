"""Stopping a wallet, starting it again, limits and the PIN by browser."""

import pytest

from foundation import clock
from foundation.audit.models import AuditRecord
from journeys.checkout import actions as checkout
from members.security import actions
from members.security.models import PaymentPin, WalletStop
from tests.factories.members import OTHER_PIN, PIN, open_member, signed_in, texts_to
from tests.factories.merchants import make_shop
from tests.factories.wallet import fund, make_request, snapshot, yuan
from wallet.risk.queries import find_frozen_at, limits_of
from wallet.risk.rules import Limits, WalletFrozen

pytestmark = pytest.mark.django_db
WRONG = "730461"


def test_one_tap_stops_the_wallet_and_a_payment() -> None:
    user, shop = open_member(), make_shop()
    fund(user=user, amount=yuan("100"))
    client = signed_in(user)
    assert "Stop your wallet?" in client.get("/w/safety/stop/").text
    assert find_frozen_at(user_id=user.pk) is None  # looking stops nothing

    assert client.post("/w/safety/stop/").url == "/w/safety/stop/"

    assert "Your wallet is stopped" in client.get("/w/safety/stop/").text
    request = make_request(payee=shop.payee, amount=yuan("5"), at=clock.now())
    before = snapshot()
    with pytest.raises(WalletFrozen):
        checkout.pay(client="c", key="k" * 8, payer=user, request_uid=request.uid, at=clock.now())
    assert snapshot() == before
    assert len(texts_to(user.phone)) == 1


def test_stopping_twice_keeps_the_first_time() -> None:
    user = open_member()
    client = signed_in(user)
    client.post("/w/safety/stop/")
    first = find_frozen_at(user_id=user.pk)
    client.post("/w/safety/stop/")
    assert find_frozen_at(user_id=user.pk) == first
    assert WalletStop.objects.count() == 1


def test_starting_takes_the_pin() -> None:
    user = open_member()
    client = signed_in(user)
    assert client.get("/w/safety/start/").url == "/w/safety/"
    client.post("/w/safety/stop/")
    wrong = client.post("/w/safety/start/", {"pin": WRONG})
    assert wrong.status_code == 422
    assert "Tries left: 2." in wrong.text
    assert find_frozen_at(user_id=user.pk) is not None
    assert client.post("/w/safety/start/", {"pin": PIN}).url == "/w/safety/"
    assert find_frozen_at(user_id=user.pk) is None
    assert WalletStop.objects.get().ended_by_id == user.pk
    acts = AuditRecord.objects.order_by("id").values_list("act", flat=True)
    assert list(acts) == ["members.stop_wallet", "members.start_wallet"]


def test_what_the_operator_stopped_the_member_cannot_start(at) -> None:
    user, colleague = open_member(), open_member()
    actions.stop_by_operator(user_id=user.pk, actor_id=colleague.pk, reason="complaint 17", at=at)
    client = signed_in(user)
    assert "We stopped this wallet ourselves" in client.get("/w/safety/start/").text
    assert client.post("/w/safety/start/", {"pin": PIN}).status_code == 422
    assert find_frozen_at(user_id=user.pk) == at
    actions.start_by_operator(user_id=user.pk, actor_id=colleague.pk, reason="complaint 17", at=at)
    assert find_frozen_at(user_id=user.pk) is None


def test_the_members_own_stop_stays_under_the_operators(at) -> None:
    user, colleague = open_member(), open_member()
    actions.stop_wallet(user_id=user.pk, phone=user.phone, at=at)
    actions.stop_by_operator(user_id=user.pk, actor_id=colleague.pk, reason="x", at=at)
    assert WalletStop.objects.filter(ended_at=None).count() == 2
    actions.start_by_operator(user_id=user.pk, actor_id=colleague.pk, reason="x", at=at)
    assert WalletStop.objects.filter(ended_at=None).count() == 0


def test_a_limit_is_lowered_at_once() -> None:
    user = open_member()
    client = signed_in(user)
    assert client.post("/w/settings/limits/one_tap/", {"amount": "0"}).url == "/w/settings/limits/"
    assert limits_of(user_id=user.pk) == Limits(0, 500_000, 1_000_000)
    assert "Always ask for the PIN" in client.get("/w/settings/limits/").text


def test_a_limit_is_raised_by_the_pin() -> None:
    user = open_member()
    client = signed_in(user)
    page = "/w/settings/limits/one_tap/"
    asked = client.post(page, {"amount": "50000"})
    assert asked.status_code == 200
    assert "Raise this limit?" in asked.text
    assert limits_of(user_id=user.pk) == Limits()
    missing = client.post(page, {"amount": "50000", "pin": ""})
    assert missing.status_code == 422
    wrong = client.post(page, {"amount": "50000", "pin": WRONG})
    assert wrong.status_code == 422
    assert "Tries left: 2." in wrong.text
    assert limits_of(user_id=user.pk) == Limits()
    assert client.post(page, {"amount": "50000", "pin": PIN}).url == "/w/settings/limits/"
    assert limits_of(user_id=user.pk) == Limits(50_000, 500_000, 1_000_000)


@pytest.mark.parametrize(
    ("which", "amount"),
    [("one_tap", "12345"), ("one_tap", "-1"), ("per_day", "x"), ("per_day", "9" * 30)],
)
def test_an_amount_that_is_not_offered(which, amount) -> None:
    user = open_member()
    client = signed_in(user)
    answer = client.post(f"/w/settings/limits/{which}/", {"amount": amount, "pin": PIN})
    assert answer.status_code == 422
    assert limits_of(user_id=user.pk) == Limits()


def test_limits_cannot_contradict_each_other() -> None:
    user = open_member()
    client = signed_in(user)
    client.post("/w/settings/limits/one_tap/", {"amount": "100000", "pin": PIN})
    answer = client.post("/w/settings/limits/per_payment/", {"amount": "50000"})
    assert answer.status_code == 422
    assert "cannot be above" in answer.text
    assert limits_of(user_id=user.pk) == Limits(100_000, 500_000, 1_000_000)


def test_an_unknown_limit_is_missing() -> None:
    assert signed_in(open_member()).get("/w/settings/limits/per_year/").status_code == 404


def test_the_pin_is_changed_by_the_old_one() -> None:
    user = open_member()
    client = signed_in(user)
    new = {"pin": OTHER_PIN, "pin_repeated": OTHER_PIN}
    wrong = client.post("/w/settings/pin/", {"old_pin": WRONG, **new})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["old_pin"]
    differ = client.post(
        "/w/settings/pin/", {"old_pin": PIN, "pin": OTHER_PIN, "pin_repeated": PIN}
    )
    assert list(differ.context["form"].errors) == ["pin_repeated"]
    before = PaymentPin.objects.get().hash
    assert client.post("/w/settings/pin/", {"old_pin": PIN, **new}).url == "/w/settings/"
    assert PaymentPin.objects.get().hash != before


def test_no_page_gives_a_pin_back() -> None:
    client = signed_in(open_member())
    answer = client.post(
        "/w/settings/pin/", {"old_pin": "111222", "pin": "123456", "pin_repeated": "654321"}
    )
    assert answer.status_code == 422
    assert 'value="111222"' not in answer.text
    assert 'value="123456"' not in answer.text


def test_who_has_no_pin_sets_one() -> None:
    client = signed_in(open_member(pin=None))
    assert client.get("/w/settings/pin/").url == "/w/settings/pin/forgotten/"
