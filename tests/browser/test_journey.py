"""The whole way in each size: join, top up, scan, pay, see it arrive, refund, find both."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from foundation import clock
from foundation.messages.models import OutgoingMessage
from foundation.outbox.actions import drain
from tests.factories.merchants import make_shop
from tests.factories.wallet import fund, yuan
from wallet.ledger.queries import verify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13812345678"
PIN = "836152"


def _code() -> str:
    text = OutgoingMessage.objects.latest("id").text
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found.group()


def _submit(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def _join(page: Page) -> None:
    page.goto("/join/phone/")
    page.fill("input[name=phone]", PHONE)
    _submit(page)
    page.wait_for_url("**/join/code/")
    page.fill("input[name=code]", _code())
    _submit(page)
    page.wait_for_url("**/join/name/")
    page.fill("input[name=display_name]", "王秀英")
    _submit(page)
    page.wait_for_url("**/join/pin/")
    page.fill("input[name=pin]", PIN)
    page.fill("input[name=pin_repeated]", PIN)
    _submit(page)
    page.wait_for_url("**/join/done/")


@pytest.mark.parametrize("size", ["standard", "large", "xlarge"])
def test_from_joining_to_the_refund(size: str, open_page: Callable[..., Page]) -> None:
    shop = make_shop(name="周记面馆")
    member = open_page(look=f"{size}||")
    _join(member)
    user = _newest_user()
    fund(user=user, amount=yuan("1000.00"))

    counter = open_page(user=shop.owner, width=1280)
    counter.goto(f"/m/stores/{shop.store.uid}/collect/")
    counter.fill("input[name=amount]", "388.50")
    counter.locator("button[name=show]").click()
    counter.wait_for_url(re.compile(r"collect/[0-9a-f-]{36}/$"))
    request_uid = re.search(r"[0-9a-f-]{36}/?$", counter.url).group().strip("/")

    member.goto("/w/")
    assert member.locator("html").get_attribute("data-size") == size
    member.goto(f"/w/pay/{request_uid}/")
    expect(member.locator("main")).to_contain_text("388.50")
    member.locator("main a[href*='/pin/']").click()
    member.fill("input[name=pin]", "111222")
    _submit(member)
    expect(member.locator("main")).to_contain_text("还可以试 2 次")
    member.fill("input[name=pin]", PIN)
    _submit(member)
    member.wait_for_url("**/done/")
    expect(member.locator("main")).to_contain_text("388.50")
    expect(member.locator("main")).to_contain_text("叁佰捌拾捌元伍角")

    # The shop's page turned by itself.
    expect(counter.locator("main")).to_contain_text("388.50")
    arrived = re.compile("收款成功|已收到|已到账|到账")
    expect(counter.locator("main")).to_contain_text(arrived)

    member.goto(f"/w/pay/{request_uid}/")
    expect(member.locator("main")).not_to_contain_text("请核对，再付款")

    counter.goto(f"/m/stores/{shop.store.uid}/payments/")
    counter.locator("main a[href*='/payments/']").first.click()
    counter.locator("a[href*='/refund/']").first.click()
    counter.fill("input[name=amount]", "88.50")
    _submit(counter)
    counter.wait_for_load_state()
    _submit(counter)
    expect(counter.locator("main")).to_contain_text("88.50")
    drain()

    member.goto("/w/history/")
    expect(member.locator("main")).to_contain_text("周记面馆")
    member.locator("main a[href*='/w/history/']", has_text="周记面馆").first.click()
    expect(member.locator("main")).to_contain_text("88.50")
    assert verify().clean


def _newest_user():
    from foundation.users.queries import find_by_phone

    user = find_by_phone(phone=f"+86{PHONE}")
    assert user is not None
    assert user.date_joined <= clock.now()
    return user
