from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext

from foundation import clock
from foundation.errors import Refusal
from foundation.web import MEMBER, PUBLIC, look_of, page, say
from members.joining import actions, queries, rules
from members.joining.forms import CodeForm, NameForm, PhoneForm, PinForm
from members.joining.queries import DraftState
from members.profile.queries import get_display
from members.security.rules import FRESH_SECONDS

# The draft's secret is kept in the browser, and not in the session: signing in renews the
# session, and a second tap on the last button still has to find the draft.
COOKIE = "join"
COOKIE_SECONDS = rules.DRAFT_DAYS * 24 * 3600
NEXT_STEPS = ("code", "name", "pin", "done")


@page(PUBLIC)
def start(request: HttpRequest) -> HttpResponse:
    """Go on where the person was, or begin."""
    draft = _find_draft(request)
    return _to(draft.step) if draft else redirect("joining:phone")


@page(PUBLIC, methods=("GET", "POST"))
def phone(request: HttpRequest) -> HttpResponse:
    """Step 1: ask for the phone number and send a code."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    draft = _find_draft(request)
    if request.method == "GET":
        form = PhoneForm(initial={"phone": draft.phone if draft else ""})
        return _step(request, "phone", form, draft)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _step(request, "phone", form, draft)
    typed = form.cleaned_data["phone"]
    if draft and draft.step != "done" and queries.is_same_phone(draft=draft, typed=typed):
        # Back and the same number again: the code that was sent still counts.
        return _to(draft.step)
    try:
        _check_address(request, "join_phone")
        begun = actions.begin(phone=typed, at=clock.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _step(request, "phone", form, draft)
    return _kept(redirect("joining:code"), begun.token)


@page(PUBLIC, methods=("GET", "POST"))
def code(request: HttpRequest) -> HttpResponse:
    """Step 2: ask for the code."""
    draft = _draft(request)
    if draft.step != "code":
        return _to(draft.step)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _check_address(request, "join_code")
            actions.confirm_code(token=draft.token, code=form.cleaned_data["code"], at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("joining:name")
    return _step(request, "code", form, draft)


@page(PUBLIC, methods=("POST",))
def code_again(request: HttpRequest) -> HttpResponse:
    """Send another code."""
    draft = _draft(request)
    try:
        _check_address(request, "join_phone")
        actions.send_again(token=draft.token, at=clock.now())
    except Refusal as refusal:
        messages.error(request, say(refusal))
    else:
        messages.success(request, gettext("We have sent a new code. The one before is void."))
    return redirect("joining:code")


@page(PUBLIC, methods=("GET", "POST"))
def name(request: HttpRequest) -> HttpResponse:
    """Step 3: ask for the name that others see."""
    draft = _draft(request)
    if draft.step not in ("name", "pin"):
        return _to(draft.step)
    form = NameForm(request.POST or None, initial={"display_name": draft.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_name(
                token=draft.token, display_name=form.cleaned_data["display_name"], at=clock.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("joining:pin")
    return _step(request, "name", form, draft)


@page(PUBLIC, methods=("GET", "POST"))
def pin(request: HttpRequest) -> HttpResponse:
    """Step 4: ask for the payment PIN twice, open the wallet and sign in."""
    draft = _draft(request)
    if request.method == "GET":
        return _step(request, "pin", PinForm(), draft) if draft.step == "pin" else _to(draft.step)
    form = PinForm(request.POST)
    if not form.is_valid():
        return _step(request, "pin", form, draft)
    at = clock.now()
    try:
        user = actions.finish(
            token=draft.token,
            pin=form.cleaned_data["pin"],
            repeated=form.cleaned_data["pin_repeated"],
            look=look_of(request),
            language=get_language() or settings.LANGUAGE_CODE,
            at=at,
        )
    except rules.PhoneTaken as refusal:
        messages.error(request, say(refusal))
        return redirect("account_login")
    except Refusal as refusal:
        form.refuse(refusal)
        return _step(request, "pin", form, draft)
    if draft.verified_at and (at - draft.verified_at).total_seconds() < FRESH_SECONDS:
        record_authentication(request, user, method="code", phone=draft.phone)
    response = perform_login(request, user, redirect_url=reverse("joining:done"))
    return _kept(response, draft.token)


@page(MEMBER)
def done(request: HttpRequest) -> HttpResponse:
    """Say that the wallet is open, and what a new member can do next."""
    context = {"display": get_display(user_id=request.user.pk)}
    response = render(request, "members/joining/done.html", context)
    response.delete_cookie(COOKIE, path="/join/")
    return response


@page(PUBLIC)
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Go on with a draft on another phone or in another browser."""
    draft = queries.get_draft(token=token, at=clock.now())
    return _kept(_to(draft.step), draft.token)


def _find_draft(request: HttpRequest) -> DraftState | None:
    try:
        return _draft(request)
    except rules.DraftMissing:
        return None


def _draft(request: HttpRequest) -> DraftState:
    token = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS)
    return queries.get_draft(token=token or "", at=clock.now())


def _kept(response: HttpResponse, token: str) -> HttpResponse:
    response.set_signed_cookie(
        COOKIE,
        token,
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        path="/join/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _to(step: str) -> HttpResponse:
    return redirect(f"joining:{step}" if step in NEXT_STEPS else "joining:phone")


def _step(
    request: HttpRequest, step: str, form: forms.Form, draft: DraftState | None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "draft": draft}
    if draft:
        path = reverse("joining:resume", args=[draft.token])
        context["resume_url"] = request.build_absolute_uri(path)
    response = render(
        request, f"members/joining/{step}.html", context, status=422 if form.errors else 200
    )
    add_never_cache_headers(response)
    return response


def _check_address(request: HttpRequest, action: str) -> None:
    """Slow down one network address; generous, because a carrier shares one among many.

    :raises rules.TooManyFromHere: the address is over its limit
    """
    if not ratelimit.consume(request, action=action):
        raise rules.TooManyFromHere()
