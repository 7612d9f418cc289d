"""What every HTML page shares: who may open it, how a refusal is said, how it looks, its log.

A view is declared with `@page(PUBLIC | MEMBER | OPERATOR)`; the house tests fail on one that is
not. Faces judge who; whose object it is, the queries judge (another's object is a 404).
"""

import dataclasses
import datetime as dt
import functools
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext

from foundation.errors import Refusal
from foundation.logs import get_logger, request_id
from foundation.money import Money, format_money

log = get_logger(__name__)

PUBLIC = "public"
MEMBER = "member"
OPERATOR = "operator"

View = Callable[..., HttpResponse]


def page(permission: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare who may open a page, and with which methods.

    PUBLIC: everybody. MEMBER: signed in, else the sign-in page. OPERATOR: the operator's staff.
    Pages of signed-in people are never cached by browsers or proxies.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in (*methods, "HEAD"):
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            if permission != PUBLIC and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if permission == OPERATOR and not request.user.is_staff:
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            if permission != PUBLIC:
                add_never_cache_headers(response)
            return response

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def say(refusal: Refusal, language: str | None = None) -> str:
    """Return the refusal's sentence in the reader's language, its amounts and times formatted."""
    language = language or get_language() or settings.LANGUAGE_CODE
    fields = {name: _say_value(value, language) for name, value in refusal.fields.items()}
    return gettext(refusal.sentence) % fields


def _say_value(value: Any, language: str) -> Any:
    if isinstance(value, Money):
        return format_money(value, language)
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return value


class RefusalFormMixin(forms.Form):
    """A form that can show a refusal at its field, or above the form."""

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal's sentence where the person can mend it."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, forms.ValidationError(say(refusal), code=refusal.code))


# --- how a page looks -------------------------------------------------------------------------

SIZES = ("standard", "large", "xlarge")
LOOK_COOKIE = "look"
LOOK_COOKIE_SECONDS = 365 * 24 * 3600


@dataclasses.dataclass(frozen=True)
class Look:
    """Text size, contrast and read-aloud, as the cookie carries them: 'large|high|voice'."""

    size: str = "standard"
    contrast: str = "standard"
    voice: bool = False

    @property
    def senior(self) -> bool:
        """Return whether this is the senior version: large or extra large text."""
        return self.size != "standard"

    def as_cookie(self) -> str:
        return f"{self.size}|{self.contrast}|{'voice' if self.voice else ''}"


def look_of(request: HttpRequest) -> Look:
    """Read the look from the cookie (written from the profile at sign-in); never a query."""
    parts = (request.COOKIES.get(LOOK_COOKIE, "") + "||").split("|")
    return Look(
        size=parts[0] if parts[0] in SIZES else "standard",
        contrast="high" if parts[1] == "high" else "standard",
        voice=parts[2] == "voice",
    )


def keep_look(response: HttpResponse, look: Look, language: str | None = None) -> None:
    """Write the look, and the language if given, into the browser's cookies for a year."""
    secure = settings.SESSION_COOKIE_SECURE
    values = {LOOK_COOKIE: look.as_cookie()}
    if language:
        values[settings.LANGUAGE_COOKIE_NAME] = language
    for name, value in values.items():
        response.set_cookie(
            name, value, max_age=LOOK_COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax"
        )


def look(request: HttpRequest) -> dict[str, Any]:
    """Give every template its look, the operator's name, and where help is."""
    return {
        "look": look_of(request),
        "operator_name": settings.OPERATOR_NAME,
        "care_phone": settings.CARE_PHONE,
        "care_hours": settings.CARE_HOURS,
        "development_pages": settings.DEVELOPMENT_PAGES,
    }


# --- middleware -------------------------------------------------------------------------------

REQUEST_ID_SHAPE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLogMiddleware:
    """Give each request an id, log one line about it, and answer with the id.

    The line has the route, not the path: a path can carry a token.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        current = given if REQUEST_ID_SHAPE.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(current)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            if route not in ("healthz", "readyz"):
                log.info(
                    "request",
                    method=request.method,
                    route=route,
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )
            response["X-Request-Id"] = current
            return response
        finally:
            request_id.reset(token)


class ContentPolicyMiddleware:
    """Loosen the content policy where a third party's pages need it, and only there.

    The back office's components evaluate expressions; the API's docs page styles inline.
    """

    OPS = {
        "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
    }
    DOCS = {
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "worker-src": ["'self'", "blob:"],
    }

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/ops/"):
            response._csp_replace = self.OPS  # type: ignore[attr-defined]
        elif request.path == "/api/v1/docs/":
            response._csp_replace = self.DOCS  # type: ignore[attr-defined]
        return response


class RefusalMiddleware:
    """Show a refusal that no view caught as a page with its sentence and status."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        return render(request, "refusal.html", {"sentence": say(error)}, status=error.status)
