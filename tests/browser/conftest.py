"""A real chromium on a live server; where there is none the tests say so, and fail with CI=true."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright's loop runs in this thread, and the tests read the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the one browser of the run."""
    path = _chromium()
    if path is None:
        why = "no chromium was found; install it (Debian: apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def served(live_server: Any, settings: Any) -> str:
    """Return the address of the live server, known to the pages as well."""
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.DEVELOPMENT_PAGES = False
    return live_server.url


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; it fails the test on a policy violation or a stranger.

    `look` is the cookie of size and contrast, `user` signs somebody in.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_one(
        *, look: str = "standard||", language: str = "zh-hans", user: Any = None,
        width: int = 360, height: int = 800, **options: Any,
    ) -> Page:  # fmt: skip
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=served, **options
        )
        contexts.append(context)
        cookies = {"look": look, "django_language": language}
        if user is not None:
            cookies["sessionid"] = session_of(user)
        context.add_cookies(
            [{"name": name, "value": value, "url": served} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda m: wrong.append(m.text) if "Content Security" in m.text else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: _check_origin(request.url, served, wrong))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


def _check_origin(url: str, served: str, wrong: list[str]) -> None:
    if not url.startswith((served, "blob:", "data:")):
        wrong.append(f"off origin: {url}")


def session_of(user: Any) -> str:
    """Sign a user in and return the session's key."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
