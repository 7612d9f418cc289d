import dataclasses
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core import mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.messages import queries
from foundation.web import PUBLIC, page

TOTP_SECONDS = 30


@dataclasses.dataclass(frozen=True)
class OperatorCode:
    """What the authenticator app of a demo operator shows now."""

    phone: str
    code: str
    seconds_left: int


@page(PUBLIC)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what the sandboxes sent, and demo operators' codes: on a laptop, never elsewhere."""
    if not settings.DEVELOPMENT_PAGES:
        raise Http404
    context = {
        "texts": queries.list_newest(),
        "mails": list(getattr(mail, "outbox", []))[::-1],
        "operators": _operator_codes(),
    }
    response = render(request, "foundation/messages/inbox.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _operator_codes() -> list[OperatorCode]:
    now = time.time()
    rows = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, user__is_staff=True
    ).select_related("user")
    return [
        OperatorCode(
            phone=row.user.phone or row.user.email,
            code=_code(get_adapter().decrypt(row.data["secret"]), int(now) // TOTP_SECONDS),
            seconds_left=TOTP_SECONDS - int(now) % TOTP_SECONDS,
        )
        for row in rows.order_by("id")[:20]
    ]


def _code(secret: str, counter: int) -> str:
    return str(format_hotp_value(hotp_value(secret, counter)))
