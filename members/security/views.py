from typing import Any

from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from foundation import clock
from foundation.errors import Refusal
from foundation.web import MEMBER, PUBLIC, page, say
from members.profile.rules import mask_phone
from members.security import actions, queries, rules
from members.security.forms import (
    LIMIT_LABELS,
    ChangePinForm,
    LimitForm,
    NewPinForm,
    PinForm,
    ProofForm,
    limit_label,
)
from wallet.risk.queries import find_frozen_at, limits_of
from wallet.risk.rules import Limits

REAUTHENTICATION_APP = "allauth.account"


# --- safety -----------------------------------------------------------------------------------


@page(PUBLIC)
def safety(request: HttpRequest) -> HttpResponse:
    """Say how people are cheated and what stops it; members stop their wallet from here."""
    context: dict[str, Any] = {"frozen_at": None}
    if request.user.is_authenticated:
        context["frozen_at"] = find_frozen_at(user_id=request.user.pk)
    return render(request, "members/security/safety.html", context)


@page(MEMBER, methods=("GET", "POST"))
def stop(request: HttpRequest) -> HttpResponse:
    """Say what stopping the wallet means; stop it by one tap."""
    if request.method == "POST":
        actions.stop_wallet(user_id=request.user.pk, phone=_phone(request), at=clock.now())
        return redirect("security:stop")
    frozen_at = find_frozen_at(user_id=request.user.pk)
    return render(request, "members/security/stop.html", {"frozen_at": frozen_at})


@page(MEMBER, methods=("GET", "POST"))
def start(request: HttpRequest) -> HttpResponse:
    """Let a stopped wallet pay again, by the PIN."""
    if find_frozen_at(user_id=request.user.pk) is None:
        return redirect("security:safety")
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_wallet(
                user_id=request.user.pk,
                phone=_phone(request),
                pin=form.cleaned_data["pin"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Your wallet works again."))
            return redirect("security:safety")
    by_us = queries.is_stopped_by_operator(user_id=request.user.pk)
    return _form_page(request, "start", form, {"by_us": by_us})


@page(MEMBER, methods=("GET", "POST"))
def proof(request: HttpRequest) -> HttpResponse:
    """Send a code to the member's phone and ask for it, before what guards the wallet changes.

    The page that wanted it goes on afterwards where it was (`next`).
    """
    if request.POST.get("action") == "send":
        try:
            actions.send_proof(user_id=request.user.pk, phone=_phone(request), at=clock.now())
        except Refusal as refusal:
            messages.error(request, say(refusal))
        return _proof_page(request, ProofForm(), sent=True)
    if request.method == "GET":
        return _proof_page(request, ProofForm(), sent=False)
    form = ProofForm(request.POST)
    if form.is_valid():
        try:
            actions.check_proof(
                user_id=request.user.pk, code=form.cleaned_data["code"], at=clock.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            record_authentication(
                request, request.user, method="code", phone=_phone(request), reauthenticated=True
            )
            return reauthentication.resume_request(request) or redirect("profile:settings")
    return _proof_page(request, form, sent=True)


def _proof_page(request: HttpRequest, form: forms.Form, *, sent: bool) -> HttpResponse:
    context = {
        "sent": sent,
        "phone": mask_phone(_phone(request)),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return _form_page(request, "proof", form, context)


# --- limits -----------------------------------------------------------------------------------


@page(MEMBER)
def limits(request: HttpRequest) -> HttpResponse:
    """Show the three limits."""
    now = limits_of(user_id=request.user.pk)
    shown = [
        (which, label, limit_label(_minor(now, which))) for which, label in LIMIT_LABELS.items()
    ]
    return render(request, "members/security/limits.html", {"limits": shown})


@page(MEMBER, methods=("GET", "POST"))
def limit(request: HttpRequest, which: str) -> HttpResponse:
    """Choose one limit. To raise it, the same page asks for the PIN in a second step."""
    if which not in LIMIT_LABELS:
        raise rules.LimitUnknown()
    now_minor = _minor(limits_of(user_id=request.user.pk), which)
    form = LimitForm(
        request.POST or None, which=which, now_minor=now_minor, initial={"amount": now_minor}
    )
    context = {"which": which}
    if request.method == "POST" and form.is_valid():
        amount_minor = form.cleaned_data["amount"]
        asked = "pin" in request.POST
        try:
            actions.change_limit(
                user_id=request.user.pk,
                which=which,
                amount_minor=amount_minor,
                pin=form.cleaned_data["pin"],
                at=clock.now(),
            )
        except Refusal as refusal:
            if asked or not isinstance(refusal, rules.PinMissing):
                form.refuse(refusal)
            if asked or isinstance(refusal, rules.PinMissing):
                context |= {
                    "label": LIMIT_LABELS[which],
                    "before": limit_label(now_minor),
                    "after": limit_label(amount_minor),
                }
                return _form_page(request, "limit_pin", form, context)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("security:limits")
    return _form_page(request, "limit", form, context)


def _minor(limits: Limits, which: str) -> int:
    return int(getattr(limits, f"{which}_minor"))


# --- the payment PIN --------------------------------------------------------------------------


@page(MEMBER, methods=("GET", "POST"))
def pin(request: HttpRequest) -> HttpResponse:
    """Change the payment PIN by the one of today."""
    if not queries.has_pin(user_id=request.user.pk):
        return redirect("security:pin_forgotten")
    form = ChangePinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_pin(
                user_id=request.user.pk,
                phone=_phone(request),
                old_pin=form.cleaned_data["old_pin"],
                new_pin=form.cleaned_data["pin"],
                repeated=form.cleaned_data["pin_repeated"],
                at=clock.now(),
            )
        except (rules.WrongPin, rules.PinLocked) as refusal:
            form.add_error("old_pin", forms.ValidationError(say(refusal), code=refusal.code))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Your new PIN counts from now on."))
            return redirect("profile:settings")
    return _form_page(request, "pin", form, {})


@page(MEMBER, methods=("GET", "POST"))
def pin_forgotten(request: HttpRequest) -> HttpResponse:
    """Set a PIN without the old one, after a fresh code to the phone."""
    try:
        reauthentication.raise_if_reauthentication_required(request, app=REAUTHENTICATION_APP)
    except ReauthenticationRequired:
        if request.method == "POST":
            # Let go of the form: what waits for the code is kept in the session, in plain text.
            return redirect("security:pin_forgotten")
        raise
    form = NewPinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.renew_pin(
                user_id=request.user.pk,
                phone=_phone(request),
                pin=form.cleaned_data["pin"],
                repeated=form.cleaned_data["pin_repeated"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Your new PIN counts from now on."))
            return redirect("profile:settings")
    return _form_page(request, "pin_new", form, {})


def _phone(request: HttpRequest) -> str:
    return str(request.user.phone or "")


def _form_page(
    request: HttpRequest, which: str, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    return render(
        request,
        f"members/security/{which}.html",
        {"form": form, "care_phone": settings.CARE_PHONE, **context},
        status=422 if form.errors else 200,
    )
