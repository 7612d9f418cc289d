"""What every endpoint shares: problem details, sign-in of app clients, keys, cursor pages."""

import json
import math
from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions, serializers, status
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import Refusal
from foundation.idempotency.rules import check_key
from foundation.money import Money, exponent
from foundation.web import say

PROBLEM_BASE = "https://tongbao.example/problems/"
PROBLEM_TYPE = "application/problem+json"


class AppSessionAuthentication(XSessionTokenAuthentication):
    """A client app signs in by /_allauth/app/v1/ and sends its X-Session-Token."""

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class AppSessionScheme(OpenApiAuthenticationExtension):
    """Tells the API's description how a client app signs in."""

    target_class = "foundation.rest.AppSessionAuthentication"
    name = "AppSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer: not "12", not 12.0, not full-width digits."""

    default_error_messages = {"not_json": gettext_lazy("Send a whole number, without quotes.")}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("not_json")
        return super().to_internal_value(data)


class StrictJSONParser(JSONParser):
    """JSON without NaN, without a key twice, and not deeper than 32."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8")
            value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(gettext("This is not valid JSON.")) from error
        _check_depth(value, 32)
        return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _check_depth(value: Any, left: int) -> None:
    if left == 0:
        raise exceptions.ParseError(gettext("This is not valid JSON."))
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for child in children:
            _check_depth(child, left - 1)
    elif isinstance(value, str) and ("\0" in value or _has_surrogate(value)):
        raise exceptions.ParseError(gettext("The text holds characters that cannot be kept."))
    elif isinstance(value, float) and not math.isfinite(value):
        raise exceptions.ParseError(gettext("This is not valid JSON."))


def _has_surrogate(text: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF for character in text)


# --- problem details (RFC 9457) ---------------------------------------------------------------


class ProblemSerializer(serializers.Serializer):
    """A problem detail: `code` is stable, `detail` is a sentence for people."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(required=False)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn a refusal or a framework error into a problem detail; let the rest crash."""
    if isinstance(error, Refusal):
        extra: dict[str, Any] = {}
        if error.field:
            extra["errors"] = {error.field: [say(error)]}
        return _problem(error.status, error.code, say(error), extra)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(error.wait))
    if isinstance(error, exceptions.ValidationError):
        detail = gettext("Some fields are not right. See errors.")
        body = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
        return _problem(400, "invalid", detail, {"errors": body}, headers)
    return _problem(error.status_code, _code(error), str(error.detail), {}, headers)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _problem(
    status_code: int,
    code: str,
    detail: str,
    extra: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> Response:
    body = {
        "type": PROBLEM_BASE + code.replace("_", "-"),
        "title": code.replace("_", " ").capitalize(),
        "status": status_code,
        "code": code,
        "detail": detail,
        **extra,
    }
    return Response(body, status=status_code, headers=headers, content_type=PROBLEM_TYPE)


def api_not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an unknown address below /api/ as a problem detail, not as a page."""
    body = {
        "type": PROBLEM_BASE + "not-found",
        "title": "Not found",
        "status": status.HTTP_404_NOT_FOUND,
        "code": "not_found",
        "detail": gettext("There is no such address in this API."),
    }
    return HttpResponse(json.dumps(body), status=404, content_type=PROBLEM_TYPE)


api_not_found.csrf_exempt = True  # type: ignore[attr-defined]
api_not_found.permission = "public"  # type: ignore[attr-defined]


# --- what requests and answers are made of -----------------------------------------------------


class MoneySerializer(serializers.Serializer):
    """An amount: integer minor units and an ISO 4217 code, with the exponent to show it."""

    amount_minor = StrictIntegerField(min_value=1, max_value=10**13)
    currency = serializers.CharField(min_length=3, max_length=3)
    exponent = serializers.SerializerMethodField()

    def get_exponent(self, value: Any) -> int:
        return exponent(value.currency if isinstance(value, Money) else value["currency"])

    def validate_currency(self, value: str) -> str:
        try:
            exponent(value)
        except Refusal as refusal:
            raise serializers.ValidationError(say(refusal), code=refusal.code) from refusal
        return value


def key_of(request: Request) -> tuple[str, str]:
    """Return whose key it is and the request's Idempotency-Key.

    :raises foundation.idempotency.rules.KeyMissing: no key, or not of the right shape
    """
    key = request.headers.get("Idempotency-Key", "").strip('"')
    return f"user:{request.user.pk}", check_key(key)


def cursor_of(request: Request, *, most: int = 10**18) -> int | None:
    """Return the page cursor of the query string, an integer, or None on the first page.

    :raises rest_framework.exceptions.ValidationError: not a whole number
    """
    text = request.query_params.get("cursor", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= most):
        raise exceptions.ValidationError({"cursor": [gettext("Use the cursor of a page.")]})
    return int(text)


def limit_of(request: Request, *, default: int = 20, most: int = 100) -> int:
    """Return the page's length from the query string, within 1 and `most`.

    :raises rest_framework.exceptions.ValidationError: not a whole number in that range
    """
    text = request.query_params.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= most):
        raise exceptions.ValidationError(
            {"limit": [gettext("Use a whole number from 1 to %(most)d.") % {"most": most}]}
        )
    return int(text)
