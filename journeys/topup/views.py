import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from foundation import clock
from foundation.errors import Refusal
from foundation.idempotency.actions import new_key
from foundation.idempotency.rules import KeyReused
from foundation.web import MEMBER, page
from journeys.topup import actions
from journeys.topup.forms import OTHER, TopUpForm
from wallet.funding import queries as funding
from wallet.funding.queries import TopUpDetail


@page(MEMBER, methods=("GET", "POST"))
def amount(request: HttpRequest) -> HttpResponse:
    """Choose how much to put in; the bank answers on the next page."""
    if request.method != "POST":
        return _amount_page(request, TopUpForm(initial=_initial(request)))
    form = TopUpForm(request.POST)
    if not form.is_valid():
        return _amount_page(request, form)
    try:
        started = _start(request, form, form.cleaned_data["key"])
    except KeyReused:
        # Back, another amount, again: a second top-up that was meant.
        started = _start(request, form, new_key())
    except Refusal as refusal:
        form.refuse(refusal)
        return _amount_page(request, form)
    return redirect(_with_payment(request, reverse("topup:bank", args=[started.uid])))


@page(MEMBER)
def bank(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Say that the bank is asked, and by itself what it answered."""
    context = _context(request, uid)
    return render(request, "journeys/topup/bank.html", context)


@page(MEMBER)
def live(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Answer the page's question whether the bank has answered."""
    context = _context(request, uid)
    if context["top_up"].status == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "journeys/topup/bank_part.html", context)


def _start(request: HttpRequest, form: TopUpForm, key: str) -> TopUpDetail:
    return actions.start(
        client=f"user:{request.user.pk}",
        key=key,
        user=request.user,
        amount=form.cleaned_data["amount"],
        at=clock.now(),
    )


def _initial(request: HttpRequest) -> dict[str, str]:
    wanted = request.GET.get("amount", "")[:20]
    chosen = {"choice": OTHER, "amount": wanted} if wanted else {}
    return {"key": new_key(), **chosen}


def _amount_page(request: HttpRequest, form: TopUpForm) -> HttpResponse:
    payment = _payment(request)
    context = {
        "form": form,
        "back": reverse("checkout:check", args=[payment]) if payment else reverse("home:home"),
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/topup/amount.html", context, status=status)


def _context(request: HttpRequest, uid: uuid.UUID) -> dict[str, Any]:
    payment = _payment(request)
    return {
        "top_up": funding.get_top_up(uid=uid, user_id=request.user.pk),
        "live_url": _with_payment(request, reverse("topup:live", args=[uid])),
        "again_url": _with_payment(request, reverse("topup:amount")),
        "payment_url": reverse("checkout:check", args=[payment]) if payment else "",
    }


def _payment(request: HttpRequest) -> uuid.UUID | None:
    """Return the payment that the member came from, for the way back to it."""
    try:
        return uuid.UUID(request.GET.get("payment", ""))
    except ValueError:
        return None


def _with_payment(request: HttpRequest, url: str) -> str:
    payment = _payment(request)
    return f"{url}?payment={payment}" if payment else url
