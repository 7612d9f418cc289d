"""What the sign-in library asks of us: phones are in foundation.users, SMS leave by messages."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy

from foundation import clock
from foundation.db import entry
from foundation.errors import Refusal
from foundation.users import actions as users
from foundation.users.models import User
from foundation.users.queries import find_by_phone
from foundation.web import keep_look, say
from members.profile.queries import find_display
from members.profile.rules import normalise_phone
from members.security import actions


class PhoneField(forms.CharField):
    """A mobile number in any usual form; its value is E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Mobile number"))
        super().__init__(max_length=32, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return normalise_phone(super().clean(value))
        except Refusal as refusal:
            raise forms.ValidationError(say(refusal), code=refusal.code) from refusal


class AccountAdapter(DefaultAccountAdapter):
    """Signs members in by phone and code. A wallet is opened on our own pages, /join/."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        at = clock.now() if verified else None
        entry(users.set_phone)(user_id=user.pk, phone=phone, at=at)
        user.phone, user.phone_verified_at = phone, at

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return find_by_phone(phone=phone)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_: Any) -> None:
        text = gettext(
            "[%(operator)s] Your code is %(code)s, valid for 15 minutes."
            " Nobody from us will ever ask for it."
        )
        self._send(phone, text % {"operator": settings.OPERATOR_NAME, "code": code})

    def send_unknown_account_sms(self, phone: str, **_: Any) -> None:
        text = gettext(
            "[%(operator)s] Somebody tried to sign in with your number, which has no wallet yet."
            " You can open one at %(link)s."
        )
        link = f"{settings.SITE_URL}/join/phone/"
        self._send(phone, text % {"operator": settings.OPERATOR_NAME, "link": link})

    def send_account_already_exists_sms(self, phone: str) -> None:
        text = gettext("[%(operator)s] Your number has a wallet already. Sign in at %(link)s.")
        link = f"{settings.SITE_URL}/accounts/login/"
        self._send(phone, text % {"operator": settings.OPERATOR_NAME, "link": link})

    def post_login(
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponse:
        """Bring the member's look and language from the profile into the browser."""
        response = super().post_login(request, user, **kwargs)
        if display := find_display(user_id=user.pk):
            keep_look(response, display.look, display.language)
        return response

    def _send(self, phone: str, text: str) -> None:
        actions.send_text(phone=phone, text=text, at=clock.now())


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A social account can be connected to a wallet, and then signs in; it opens none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
