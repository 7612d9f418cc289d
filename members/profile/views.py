from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, override

from foundation import clock
from foundation.errors import Refusal
from foundation.web import MEMBER, PUBLIC, Look, keep_look, look_of, page
from members.profile import actions, queries, rules
from members.profile.forms import ContrastForm, LanguageForm, NameForm, SizeForm, VoiceForm

NOTICES_A_PAGE = 20
LARGEST_ID = 2**63 - 1


# --- the forms in every page's header ---------------------------------------------------------


@page(PUBLIC, methods=("POST",))
def senior(request: HttpRequest) -> HttpResponse:
    """Turn the senior version on or off, and go back to where the reader was."""
    look = look_of(request)
    if request.POST.get("senior") != "on":
        size = "standard"
    else:
        size = look.size if look.senior else rules.SENIOR_SIZE
    response = redirect(_next(request))
    _keep(request, response, Look(size=size, contrast=look.contrast, voice=look.voice))
    return response


@page(PUBLIC, methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Change the language, and go back to where the reader was."""
    chosen = rules.check_language(request.POST.get("language", ""))
    response = redirect(_next(request))
    _keep_language(request, response, chosen)
    return response


# --- settings ---------------------------------------------------------------------------------


@page(PUBLIC)
def settings_hub(request: HttpRequest) -> HttpResponse:
    """Show every setting with its present state. Visitors see how pages look and read."""
    display = None
    if request.user.is_authenticated:
        display = queries.find_display(user_id=request.user.pk)
    look = look_of(request)
    context = {
        "display": display,
        "phone": rules.mask_phone(request.user.phone or "") if display else "",
        "social": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "size_label": dict(SizeForm.base_fields["size"].choices)[look.size],
        "contrast_label": dict(ContrastForm.base_fields["contrast"].choices)[look.contrast],
    }
    return render(request, "members/profile/settings.html", context)


@page(PUBLIC, methods=("GET", "POST"))
def size(request: HttpRequest) -> HttpResponse:
    """Choose the size of the text; the page shows each choice at once."""
    look = look_of(request)
    form = SizeForm(request.POST or None, initial={"size": look.size})
    if request.method == "POST" and form.is_valid():
        chosen = Look(form.cleaned_data["size"], look.contrast, look.voice)
        return _saved(request, chosen)
    return _setting(request, "size", form)


@page(PUBLIC, methods=("GET", "POST"))
def contrast(request: HttpRequest) -> HttpResponse:
    """Choose between standard colors and high contrast."""
    look = look_of(request)
    form = ContrastForm(request.POST or None, initial={"contrast": look.contrast})
    if request.method == "POST" and form.is_valid():
        return _saved(request, Look(look.size, form.cleaned_data["contrast"], look.voice))
    return _setting(request, "contrast", form)


@page(PUBLIC, methods=("GET", "POST"))
def voice(request: HttpRequest) -> HttpResponse:
    """Turn the chime and the spoken arrival on or off."""
    look = look_of(request)
    if request.method == "POST":
        form = VoiceForm(request.POST)
        form.full_clean()
        return _saved(request, Look(look.size, look.contrast, form.cleaned_data["voice"]))
    return _setting(request, "voice", VoiceForm(initial={"voice": look.voice}))


@page(PUBLIC, methods=("GET", "POST"))
def choose_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of pages and messages."""
    form = LanguageForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        response = redirect("profile:settings")
        _keep_language(request, response, chosen)
        with override(chosen):
            messages.success(request, gettext("Saved."))
        return response
    return _setting(request, "language", form)


@page(MEMBER, methods=("GET", "POST"))
def name(request: HttpRequest) -> HttpResponse:
    """Change the name that others see."""
    display = queries.get_display(user_id=request.user.pk)
    form = NameForm(request.POST or None, initial={"display_name": display.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename(user_id=request.user.pk, display_name=form.cleaned_data["display_name"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("profile:settings")
    return _setting(request, "name", form)


# --- notices and help -------------------------------------------------------------------------


@page(MEMBER, methods=("GET", "POST"))
def notices(request: HttpRequest) -> HttpResponse:
    """List what the member was told, and let them mark it as read."""
    if request.method == "POST":
        newest = _id(request.POST.get("up_to"))
        if newest is not None:
            actions.mark_read(user_id=request.user.pk, up_to_id=newest, at=clock.now())
        return redirect("profile:notices")
    before = _id(request.GET.get("before"))
    lines = queries.list_notices(
        user_id=request.user.pk, before_id=before, limit=NOTICES_A_PAGE + 1
    )
    shown = lines[:NOTICES_A_PAGE]
    context = {
        "notices": shown,
        "any_unread": any(line.unread for line in shown),
        "older": f"?before={shown[-1].id}" if len(lines) > NOTICES_A_PAGE else "",
        "newer": reverse("profile:notices") if before is not None else "",
    }
    return render(request, "members/profile/notices.html", context)


@page(PUBLIC)
def help_page(request: HttpRequest) -> HttpResponse:
    """Say whom to call, and what to do if something happened."""
    return render(request, "members/profile/help.html")


def _setting(request: HttpRequest, which: str, form: forms.Form) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, f"members/profile/{which}.html", {"form": form}, status=status)


def _saved(request: HttpRequest, look: Look) -> HttpResponse:
    response = redirect("profile:settings")
    _keep(request, response, look)
    messages.success(request, gettext("Saved."))
    return response


def _keep(request: HttpRequest, response: HttpResponse, look: Look) -> None:
    if request.user.is_authenticated:
        actions.change_look(user_id=request.user.pk, look=look)
    keep_look(response, look)


def _keep_language(request: HttpRequest, response: HttpResponse, chosen: str) -> None:
    if request.user.is_authenticated:
        actions.change_language(user_id=request.user.pk, language=chosen)
    keep_look(response, look_of(request), chosen)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse(settings.LOGIN_REDIRECT_URL)


def _id(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit() and len(text) < 20:
        return min(int(text), LARGEST_ID)
    return None
