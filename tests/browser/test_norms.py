"""Every page against the norms, in a real browser: axe, targets, smallest text, reflow."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from foundation import clock
from tests.factories.merchants import make_shop
from tests.factories.wallet import make_member, make_payment, yuan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGET = {"standard": 48, "large": 64, "xlarge": 72}
TEXT = {"standard": 16, "large": 18, "xlarge": 22}
# Links inside a sentence are no targets of their own (WCAG 2.5.8), nor is what nobody sees.
MEASURE = """minimum => {
  const seen = e => { const r = e.getBoundingClientRect();
    return r.width > 1 && r.height > 1 && getComputedStyle(e).visibility !== 'hidden' };
  const small = [...document.querySelectorAll(
      'a, button, input:not([type=hidden]), select, textarea, summary')]
    .filter(e => seen(e) && !(e.tagName === 'A' && e.closest('p')))
    .map(e => [e, e.closest('label') ? e.closest('label').getBoundingClientRect()
                                     : e.getBoundingClientRect()])
    .filter(([e, r]) => r.width < minimum - .5 || r.height < minimum - .5)
    .map(([e, r]) => `${e.tagName}.${e.className} "${(e.innerText || e.name || '').slice(0, 20)}"`
                     + ` ${Math.round(r.width)}x${Math.round(r.height)}`);
  let smallest = 99; const walker = document.createTreeWalker(document.body, 4); let node;
  while (node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest('script, noscript, .sr, svg')) continue;
    smallest = Math.min(smallest, parseFloat(getComputedStyle(parent).fontSize));
  }
  return { small, smallest, overflow: document.documentElement.scrollWidth - innerWidth };
}"""
SPACING = """() => { const s = new CSSStyleSheet();
  s.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [s]; return document.documentElement.scrollWidth - innerWidth }"""
VISITOR = ["/", "/join/phone/", "/accounts/login/", "/w/help/", "/no/such/page/"]
MEMBER = [
    "/w/", "/w/code/", "/w/scan/", "/w/topup/", "/w/history/", "/w/notices/", "/w/safety/",
    "/w/safety/stop/", "/w/help/", "/w/settings/", "/w/settings/size/", "/w/settings/contrast/",
    "/w/settings/voice/", "/w/settings/language/", "/w/settings/name/", "/w/settings/limits/",
    "/w/settings/pin/", "/accounts/sessions/", "/accounts/2fa/",
]  # fmt: skip


def _problems(page: Page, path: str, size: str) -> list[str]:
    page.goto(path)
    found = []
    options = {"runOnly": {"type": "tag", "values": TAGS}}
    answer: dict[str, Any] = Axe().run(page, options=options).response
    for kind in ("violations", "incomplete"):
        for issue in answer[kind]:
            if kind == "incomplete" and "contrast" not in issue["id"]:
                continue
            nodes = "; ".join(str(node["target"]) for node in issue["nodes"][:3])
            found.append(f"{path} axe {kind} {issue['id']}: {nodes}")
    measured = page.evaluate(MEASURE, TARGET[size])
    found += [f"{path} small target: {what}" for what in measured["small"]]
    if measured["smallest"] < TEXT[size]:
        found.append(f"{path} text of {measured['smallest']} px")
    if measured["overflow"] > 0:
        found.append(f"{path} is {measured['overflow']} px too wide at 360")
    page.set_viewport_size({"width": 320, "height": 800})
    if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        found.append(f"{path} is {over} px too wide at 320")
    page.set_viewport_size({"width": 360, "height": 800})
    if (over := page.evaluate(SPACING)) > 0:
        found.append(f"{path} is {over} px too wide with wider text spacing")
    return found


@pytest.mark.parametrize(
    ("size", "contrast", "language"),
    [
        ("standard", "standard", "en"),
        ("standard", "high", "zh-hans"),
        ("large", "standard", "zh-hans"),
        ("xlarge", "high", "en"),
        ("xlarge", "standard", "zh-hans"),
    ],
)
def test_wallet_pages_pass_the_norms(
    size: str, contrast: str, language: str, open_page: Callable[..., Page]
) -> None:
    member = make_member(balance_minor=100_000)
    shop = make_shop(name="周记面馆")
    receipt = make_payment(member=member, payee=shop.payee, amount=yuan("28.50"), at=clock.now())
    look = f"{size}|{contrast}|"
    visitor = open_page(look=look, language=language)
    found = [problem for path in VISITOR for problem in _problems(visitor, path, size)]
    page = open_page(look=look, language=language, user=member.user)
    record = f"/w/history/{receipt.payment_uid}/"
    for path in [*MEMBER, record, f"{record}receipt/", f"/w/shop/{shop.store.number}/"]:
        found += _problems(page, path, size)
    assert found == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_portal_pages_pass_the_norms(language: str, open_page: Callable[..., Page]) -> None:
    member = make_member(balance_minor=100_000)
    shop = make_shop(name="周记面馆")
    receipt = make_payment(member=member, payee=shop.payee, amount=yuan("28.50"), at=clock.now())
    page = open_page(language=language, user=shop.owner)
    store = f"/m/stores/{shop.store.uid}/"
    paths = ["", "collect/", "collect/scan/?amount=12.50", "payments/", "about/", "about/poster/",
             f"payments/{receipt.payment_uid}/",
             f"payments/{receipt.payment_uid}/refund/"]  # fmt: skip
    found = [p for path in paths for p in _portal_problems(page, store + path)]
    assert found == []


def _portal_problems(page: Page, path: str) -> list[str]:
    """The portal's text is denser: 14 px and targets of 44."""
    TARGET["portal"], TEXT["portal"] = 44, 14
    return _problems(page, path, "portal")


def test_the_planted_violation_is_seen(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        ' \'<button class="bad">x</button><img src="data:,">\')'
    )
    options = {"runOnly": {"type": "tag", "values": TAGS}}
    violations = Axe().run(page, options=options).response["violations"]
    assert "image-alt" in {violation["id"] for violation in violations}
