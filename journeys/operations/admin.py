"""The door of the back office: sign-in by the site's own pages, and a second factor always."""

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext, gettext_lazy

from foundation.web import PUBLIC
from members.security import queries as security

OURS = {"foundation", "wallet", "merchants", "members", "campaigns", "journeys"}


def may_enter(request: HttpRequest) -> bool:
    """Return whether this session may be in the back office; asks the session, not the tables."""
    user = request.user
    return bool(
        user.is_active and user.is_staff and security.was_second_factor_used(request=request)
    )


def enter(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Send somebody where the next missing proof can be given, or in."""
    target = _target(request)
    if not request.user.is_authenticated:
        return _to("account_login", target)
    if not request.user.is_staff:
        raise PermissionDenied
    if may_enter(request):
        return redirect(target)
    if not security.has_second_factor(user=request.user):
        words = gettext("The back office needs an authenticator app. Please set one up first.")
        messages.info(request, words)
        return _to("mfa_activate_totp", target)
    return _to("mfa_reauthenticate", target)


def leave(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Sign out on the site's own page."""
    return redirect("account_logout")


# The door itself is open to everybody: it only says where to go.
enter.permission = leave.permission = PUBLIC  # type: ignore[attr-defined]


def put_up_the_door() -> None:
    """Guard the admin site with `enter`, and take down the pages of libraries.

    Their lists would show secrets (authenticators) and open ways around our actions. Called when
    the routes are made, when every library has registered its pages.
    """
    site = admin.site
    site.has_permission = may_enter
    site.login = enter
    site.logout = leave
    for model in list(site._registry):
        if model._meta.app_label not in OURS and model is not Group:
            site.unregister(model)
    _translate_names()


def _translate_names() -> None:
    """Let names that Django builds from the code be read in the reader's language.

    Only what is shown changes: migrations compare what the models themselves declare. The words
    stand in `rules.words`, where the catalogue finds them.
    """
    for config in apps.get_app_configs():
        if config.label in OURS:
            config.verbose_name = gettext_lazy(str(config.verbose_name))
    for model in admin.site._registry:
        meta = model._meta
        # Django's own plural is the singular and an s; one that a model declares is left alone.
        if isinstance(meta.verbose_name, str) and "verbose_name_plural" not in meta.original_attrs:
            meta.verbose_name_plural = gettext_lazy(str(meta.verbose_name_plural))
        for name in ("verbose_name", "verbose_name_plural"):
            if isinstance(text := getattr(meta, name), str):
                setattr(meta, name, gettext_lazy(text))
        for field in meta.local_fields:
            if isinstance(field.verbose_name, str):
                field.verbose_name = gettext_lazy(field.verbose_name)
            if field.choices and all(isinstance(label, str) for _value, label in field.choices):
                field.choices = [(value, gettext_lazy(label)) for value, label in field.choices]


def _target(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    inside = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if inside and wanted.startswith("/ops/") else reverse("admin:index")


def _to(route: str, target: str) -> HttpResponse:
    return redirect(f"{resolve_url(route)}?{urlencode({'next': target})}")
