import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from foundation import clock
from foundation.errors import Refusal
from foundation.idempotency.actions import new_key
from foundation.idempotency.rules import KeyReused, StillRunning
from foundation.money import Money, money_decimal_text
from foundation.web import MEMBER, page, say
from journeys.checkout import actions, queries
from journeys.checkout.forms import ConfirmForm, PinForm
from journeys.checkout.queries import Judgement
from journeys.checkout.rules import PageUsedBefore
from wallet.funding.rules import MINIMUM_MINOR
from wallet.payments import queries as payments
from wallet.payments.rules import (
    STATIC,
    PaymentUnknown,
    RequestAlreadyPaid,
    RequestDetail,
    payment_uid_of,
)
from wallet.risk.rules import ChallengeNeeded


@page(MEMBER, methods=("GET", "POST"))
def check(request: HttpRequest, request_uid: uuid.UUID) -> HttpResponse:
    """Show whom and how much before anything is paid; the answer yes pays.

    The PIN's page sends its answer here too, so that a session that ended in between comes
    back to this page, not to a PIN out of nowhere.
    """
    asked = payments.get_request(uid=request_uid, user=request.user)
    if request.method != "POST":
        return _check_page(request, asked, ConfirmForm(initial={"key": new_key()}))
    form = (PinForm if "pin" in request.POST else ConfirmForm)(request.POST)
    if not form.is_valid():
        return _again(request, asked, form)
    try:
        _pay(request, asked, form)
    except ChallengeNeeded as challenge:
        if "pin" not in request.POST:
            return redirect("checkout:pin", request_uid=request_uid)
        form.refuse(challenge)
    except StillRunning:
        return redirect("checkout:status", request_uid=request_uid)
    except KeyReused:
        form.refuse(PageUsedBefore())
    except Refusal as refused:
        if refused.code == RequestAlreadyPaid.code:
            return redirect("checkout:done", request_uid=request_uid)
        form.refuse(refused)
    else:
        return redirect("checkout:done", request_uid=request_uid)
    return _again(request, asked, form)


@page(MEMBER)
def pin(request: HttpRequest, request_uid: uuid.UUID) -> HttpResponse:
    """Ask for the PIN, on a page of its own."""
    asked = payments.get_request(uid=request_uid, user=request.user)
    return _pin_page(request, asked, PinForm(initial={"key": new_key()}))


@page(MEMBER, methods=("POST",))
def refusal(request: HttpRequest, request_uid: uuid.UUID) -> HttpResponse:
    """Take the member's no. A request that waits for this member alone is over with it."""
    asked = payments.get_request(uid=request_uid, user=request.user)
    try:
        if asked.payer_id == request.user.pk:
            actions.cancel(payer=request.user, request_uid=request_uid, at=clock.now())
    except Refusal as refused:
        # It ended by itself meanwhile: the page says how.
        messages.info(request, say(refused))
        return redirect("checkout:check", request_uid=request_uid)
    messages.info(request, gettext("You did not pay. No money was moved."))
    return redirect("home:home")


@page(MEMBER)
def status(request: HttpRequest, request_uid: uuid.UUID) -> HttpResponse:
    """Say what is known of a payment whose answer got lost; never called failed unless it is."""
    asked = payments.get_request(uid=request_uid, user=request.user)
    if asked.status == "paid":
        return redirect("checkout:done", request_uid=request_uid)
    return render(request, "journeys/checkout/status.html", _status(asked))


@page(MEMBER)
def live_status(request: HttpRequest, request_uid: uuid.UUID) -> HttpResponse:
    """Answer the status page's question whether it is known now."""
    asked = payments.get_request(uid=request_uid, user=request.user)
    if asked.status == "paid":
        return HttpResponseClientRedirect(reverse("checkout:done", args=[request_uid]))
    context = _status(asked)
    if context["status"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "journeys/checkout/status_part.html", context)


@page(MEMBER)
def done(request: HttpRequest, request_uid: uuid.UUID) -> HttpResponse:
    """Show that it is paid: the reference, what comes next, where help is."""
    try:
        receipt = payments.get_receipt(uid=payment_uid_of(request_uid), user=request.user)
    except PaymentUnknown:
        return redirect("checkout:check", request_uid=request_uid)
    return render(request, "journeys/checkout/done.html", {"receipt": receipt})


def _pay(request: HttpRequest, asked: RequestDetail, form: ConfirmForm) -> None:
    actions.pay(
        client=f"user:{request.user.pk}",
        key=form.cleaned_data["key"],
        payer=request.user,
        request_uid=asked.uid,
        pin=form.cleaned_data.get("pin"),
        at=clock.now(),
    )


def _again(request: HttpRequest, asked: RequestDetail, form: ConfirmForm) -> HttpResponse:
    show = _pin_page if "pin" in request.POST else _check_page
    return show(request, asked, form)


def _check_page(request: HttpRequest, asked: RequestDetail, form: ConfirmForm) -> HttpResponse:
    judged = queries.judge(request=asked, user=request.user, at=clock.now())
    over = _over_page(request, asked, judged)
    if over:
        return over
    context = _context(asked, judged, form)
    return render(request, "journeys/checkout/check.html", context, status=_code(form))


def _pin_page(request: HttpRequest, asked: RequestDetail, form: ConfirmForm) -> HttpResponse:
    judged = queries.judge(request=asked, user=request.user, at=clock.now())
    over = _over_page(request, asked, judged)
    if over:
        return over
    if judged.refusal:
        # What the balance or a limit forbids is said where amount and shop are shown.
        return _check_page(request, asked, form)
    context = _context(asked, judged, form)
    return render(request, "journeys/checkout/pin.html", context, status=_code(form))


def _over_page(
    request: HttpRequest, asked: RequestDetail, judged: Judgement
) -> HttpResponse | None:
    if not judged.over:
        return None
    if asked.status == "paid" and asked.payer_id == request.user.pk:
        return redirect("checkout:done", request_uid=asked.uid)
    context = {
        "title_is": judged.refusal.code,
        "sentence": say(judged.refusal),
        "asked": asked,
    }
    return render(request, "journeys/checkout/ended.html", context, status=judged.refusal.status)


def _context(asked: RequestDetail, judged: Judgement, form: ConfirmForm) -> dict[str, Any]:
    first = 1 if asked.scene == STATIC else 0
    return {
        "asked": asked,
        "form": form,
        "judged": judged,
        "obstacle": judged.refusal.code if judged.refusal else "",
        "sentence": say(judged.refusal) if judged.refusal else "",
        "topup_url": _topup_url(asked, judged),
        "step": first + 1,
        "steps_total": first + 1 + judged.needs_pin,
    }


def _topup_url(asked: RequestDetail, judged: Judgement) -> str:
    if judged.missing is None:
        return ""
    least = Money(max(judged.missing.amount_minor, MINIMUM_MINOR), judged.missing.currency)
    wanted = {"amount": money_decimal_text(least), "payment": str(asked.uid)}
    return f"{reverse('topup:amount')}?{urlencode(wanted)}"


def _status(asked: RequestDetail) -> dict[str, Any]:
    known = asked.status_at(clock.now())
    return {"asked": asked, "status": known, "final": known != "open"}


def _code(form: ConfirmForm) -> int:
    return 422 if form.errors else 200
