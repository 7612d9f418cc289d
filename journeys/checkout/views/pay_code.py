import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from foundation import clock
from foundation.errors import Refusal
from foundation.money import Money
from foundation.web import MEMBER, page, say
from journeys.checkout import actions
from wallet.payments import queries as payments
from wallet.payments.rules import PAY_CODE, PAY_CODE_VALID_SECONDS, Receipt
from wallet.risk import queries as risk

JUST_NOW = dt.timedelta(seconds=PAY_CODE_VALID_SECONDS)
OPEN_AT_MOST = dt.timedelta(hours=12)


@page(MEMBER)
def pay_code(request: HttpRequest) -> HttpResponse:
    """Show the code that the shop scans, and what became of the last one."""
    at = clock.now()
    waiting = payments.find_waiting(user=request.user, at=at)
    if waiting:
        return redirect("checkout:check", request_uid=waiting.uid)
    limits = risk.limits_of(user_id=request.user.pk)
    context = {
        **_drawn(request, at),
        "one_tap": Money(limits.one_tap_minor, "CNY"),
        # Without scripts the reader opens this page again: it says what was paid meanwhile.
        "paid_before": _paid_since(request, at - JUST_NOW),
        "status_url": f"{reverse('checkout:code_status')}?since={at.timestamp():.3f}",
    }
    return render(request, "journeys/checkout/code.html", context)


@page(MEMBER)
def next_code(request: HttpRequest) -> HttpResponse:
    """Draw the next code for the page that is open; the last one stays valid for a while."""
    context = _drawn(request, clock.now())
    return render(request, "journeys/checkout/code_part.html", context)


@page(MEMBER)
def code_status(request: HttpRequest) -> HttpResponse:
    """Tell the open page that a shop has scanned: paid, or the member is asked to confirm."""
    at = clock.now()
    waiting = payments.find_waiting(user=request.user, at=at)
    if waiting:
        return HttpResponseClientRedirect(reverse("checkout:check", args=[waiting.uid]))
    paid = _paid_since(request, _since(request.GET.get("since"), at))
    if paid is None:
        return HttpResponse(status=204)
    return render(request, "journeys/checkout/code_status.html", {"paid": paid})


def _drawn(request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    try:
        return {"issued": actions.show_pay_code(user=request.user, at=at)}
    except Refusal as refusal:
        return {"refused": say(refusal)}


def _paid_since(request: HttpRequest, since: dt.datetime) -> Receipt | None:
    last = payments.list_payments(user=request.user, limit=1)
    paid = last[0] if last else None
    return paid if paid and paid.scene == PAY_CODE and paid.captured_at >= since else None


def _since(text: str | None, at: dt.datetime) -> dt.datetime:
    """Return when the page was opened, as its own address says; a strange one means just now."""
    try:
        opened = dt.datetime.fromtimestamp(float(text or ""), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return at - JUST_NOW
    return max(opened, at - OPEN_AT_MOST)
