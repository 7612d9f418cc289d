"""Refusals: what they carry, and that every sentence can be shown."""

import datetime as dt
import pickle
import re

import pytest

import members.profile.rules
import members.security.rules
import wallet.payments.rules
import wallet.risk.rules
from foundation.errors import Missing, Refusal
from foundation.money import AmountTooLarge, Money

# The modules imported above, so that the list does not depend on what else is loaded.
PURE_ROOMS = (
    "foundation.errors",
    "foundation.money",
    "foundation.text",
    "wallet.payments.rules",
    "wallet.risk.rules",
    "members.profile.rules",
    "members.security.rules",
)


def every_refusal() -> list[type[Refusal]]:
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    pure = {kind for kind in found if kind.__module__.startswith(PURE_ROOMS)}
    return sorted(pure, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def test_a_refusal_carries_its_field_and_fields() -> None:
    maximum = Money(500, "CNY")

    refusal = AmountTooLarge("amount", maximum=maximum)

    assert refusal.field == "amount"
    assert refusal.fields == {"maximum": maximum}
    assert (refusal.code, refusal.status) == ("amount_too_large", 422)
    assert not refusal.sticks
    assert not refusal.commits


def test_a_refusal_names_itself_in_logs_even_without_its_fields() -> None:
    assert str(AmountTooLarge("amount")).startswith("amount_too_large: The amount is too large.")
    assert str(Missing()).startswith("not_found: ")
    assert repr(AmountTooLarge("amount")) == "AmountTooLarge(field='amount', **{})"


def test_a_refusal_survives_another_process() -> None:
    until = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)

    copy = pickle.loads(pickle.dumps(members.security.rules.PinLocked("pin", until=until)))

    assert type(copy) is members.security.rules.PinLocked
    assert (copy.field, copy.fields) == ("pin", {"until": until})


@pytest.mark.parametrize("kind", every_refusal(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_code_a_status_and_a_full_sentence(kind: type[Refusal]) -> None:
    assert re.fullmatch("[a-z][a-z_]+", kind.code)
    assert 400 <= kind.status < 500
    assert kind.sentence[0].isupper() or kind.sentence.startswith("%(")
    assert kind.sentence.endswith(".")
    names = re.findall(r"%\((\w+)\)s", kind.sentence)
    assert kind.sentence % dict.fromkeys(names, "x")  # no stray percent sign
    assert kind.__doc__


def test_one_code_means_one_thing() -> None:
    owners: dict[str, type[Refusal]] = {}
    for kind in every_refusal():
        if "code" in vars(kind):
            assert owners.setdefault(kind.code, kind) is kind


def test_declines_stick_and_unknown_things_do_not() -> None:
    rules = wallet.payments.rules
    for kind in (rules.OwnShop, rules.RequestExpired, rules.PayCodeUsed, rules.WrongCurrency):
        assert kind.sticks
    for missing in (rules.RequestUnknown, rules.NotYourRequest, rules.PaymentUnknown):
        assert missing.status == 404
        assert not missing.sticks
    assert rules.NotYourRequest.code == rules.RequestUnknown.code
    assert rules.NotYourRequest.sentence == rules.RequestUnknown.sentence
