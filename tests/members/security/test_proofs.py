"""Codes to a signed-in member's phone, before what guards the wallet changes."""

import datetime as dt
from urllib.parse import quote

import pytest
import time_machine

from members.security import actions, rules
from members.security.models import PaymentPin, ProofCode
from tests.factories.members import (
    OPENED,
    OTHER_PIN,
    code_sent_to,
    new_phone,
    open_member,
    signed_in,
    texts_to,
    wrong,
)

pytestmark = pytest.mark.django_db
FORGOTTEN = "/w/settings/pin/forgotten/"
NEW_PIN = {"pin": OTHER_PIN, "pin_repeated": OTHER_PIN}


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def send(user, at) -> str:
    actions.send_proof(user_id=user.pk, phone=user.phone, at=at)
    return code_sent_to(user.phone)


def test_a_code_counts_once(at) -> None:
    user = open_member()
    code = send(user, at)
    actions.check_proof(user_id=user.pk, code=code, at=at + minutes(15))
    with pytest.raises(rules.CodeExpired):
        actions.check_proof(user_id=user.pk, code=code, at=at)


def test_a_code_is_one_members_own(at) -> None:
    user, other = open_member(), open_member()
    code = send(user, at)
    with pytest.raises(rules.CodeExpired):
        actions.check_proof(user_id=other.pk, code=code, at=at)


def test_five_tries(at) -> None:
    user = open_member()
    code = send(user, at)
    for left in (4, 3, 2, 1):
        with pytest.raises(rules.WrongCode) as caught:
            actions.check_proof(user_id=user.pk, code=wrong(code), at=at)
        assert caught.value.fields == {"tries_left": left}
    with pytest.raises(rules.CodeSpent):
        actions.check_proof(user_id=user.pk, code=wrong(code), at=at)
    with pytest.raises(rules.CodeExpired):
        actions.check_proof(user_id=user.pk, code=code, at=at)


def test_too_late_too_soon_too_many(at) -> None:
    user = open_member()
    code = send(user, at)
    with pytest.raises(rules.CodeExpired):
        actions.check_proof(user_id=user.pk, code=code, at=at + minutes(15.1))
    with pytest.raises(rules.CodeTooSoon):
        send(user, at + minutes(0.5))
    for number in range(1, 5):
        send(user, at + minutes(2 * number))
    with pytest.raises(rules.TooManyCodes):
        send(user, at + minutes(12))
    assert len(texts_to(user.phone)) == 5
    send(user, at + minutes(8 + 61))
    assert ProofCode.objects.get().codes_sent == 1


def test_a_forgotten_pin_takes_a_fresh_code() -> None:
    user = open_member()
    client = signed_in(user)
    before = PaymentPin.objects.values().get()
    with time_machine.travel(OPENED, tick=False):
        asked = client.get(FORGOTTEN)
        assert asked.url == f"/w/safety/proof/?next={quote(FORGOTTEN, safe='')}"
        assert texts_to(user.phone) == []  # looking at a page sends nothing
        client.post("/w/safety/proof/", {"action": "send", "next": FORGOTTEN})
        code = code_sent_to(user.phone)
        missed = client.post("/w/safety/proof/", {"code": wrong(code), "next": FORGOTTEN})
        assert missed.status_code == 422
        assert client.post(FORGOTTEN, NEW_PIN).status_code == 302
        assert PaymentPin.objects.values().get() == before
        proven = client.post("/w/safety/proof/", {"code": code, "next": FORGOTTEN})
        assert proven.status_code == 302
    with time_machine.travel(OPENED + minutes(5), tick=False):
        assert client.get(FORGOTTEN).status_code == 302
    with time_machine.travel(OPENED + minutes(4.9), tick=False):
        assert client.get(FORGOTTEN).status_code == 200
        weak = client.post(FORGOTTEN, {"pin": "111111", "pin_repeated": "111111"})
        assert weak.status_code == 422
        assert PaymentPin.objects.values().get() == before
        assert client.post(FORGOTTEN, NEW_PIN).url == "/w/settings/"
    assert PaymentPin.objects.get().hash != before["hash"]


def test_a_pin_never_waits_in_the_session() -> None:
    client = signed_in(open_member())
    assert client.post(FORGOTTEN, NEW_PIN).url == FORGOTTEN
    assert OTHER_PIN not in str(dict(client.session))


def test_a_form_goes_on_after_the_code() -> None:
    user, new = open_member(), new_phone()
    client = signed_in(user)
    change = "/accounts/phone/change/"
    client.post(change, {"phone": new})
    client.post("/w/safety/proof/", {"action": "send", "next": change})
    code = code_sent_to(user.phone)
    resumed = client.post("/w/safety/proof/", {"code": code, "next": change})
    assert resumed.url == "/accounts/phone/verify/"
    assert code_sent_to(new)


def test_the_code_leads_nowhere_else() -> None:
    user = open_member()
    client = signed_in(user)
    client.post("/w/safety/proof/", {"action": "send"})
    data = {"code": code_sent_to(user.phone), "next": "https://evil.example/"}
    assert client.post("/w/safety/proof/", data).url == "/w/settings/"


def test_too_soon_is_said_on_the_page() -> None:
    client = signed_in(open_member())
    client.post("/w/safety/proof/", {"action": "send"})
    again = client.post("/w/safety/proof/", {"action": "send"})
    assert "We have just sent a code" in again.text


@pytest.mark.parametrize(
    "page",
    [
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/activate/",
    ],
)
def test_what_guards_the_wallet_takes_a_fresh_code(page) -> None:
    client = signed_in(open_member())
    assert client.get(page).url == f"/w/safety/proof/?next={quote(page, safe='')}"


def test_a_stolen_session_changes_neither_phone_nor_password() -> None:
    user = open_member()
    client = signed_in(user)
    asked = client.post("/accounts/phone/change/", {"phone": "+8613900139000"})
    assert asked.url.startswith("/w/safety/proof/")
    client.post(
        "/accounts/password/set/",
        {"password1": "a-long-Passphrase-77", "password2": "a-long-Passphrase-77"},
    )
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert user.phone != "+8613900139000"
