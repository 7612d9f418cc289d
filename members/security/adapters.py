"""What the sign-in library asks of us: phones are in foundation.users, SMS leave by messages."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from foundation import clock
from foundation.errors import Refusal
from foundation.users.models import User
from foundation.users.queries import find_by_phone
from foundation.web import keep_look, say
from members.profile.queries import display_name_of, find_display
from members.profile.rules import mask_phone, normalise_phone
from members.security import actions, queries

WAYS = {
    "mfa_reauthenticate": gettext_noop("Use the authenticator app or a recovery code"),
    "mfa_reauthenticate:webauthn": gettext_noop("Use fingerprint, face or security key"),
}


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

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code is not right. Look at the newest message and enter its 6 digits."
        ),
        "too_many_login_attempts": gettext_lazy(
            "The code was wrong too often, or too many codes were asked for."
            " Wait a minute, then ask for a new one."
        ),
        "rate_limited": gettext_lazy("That was too fast. Wait a minute, then try again."),
        "phone_taken": gettext_lazy("This number belongs to another wallet. Enter another one."),
        "same_as_current": gettext_lazy("This is the number you have now. Enter the new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        if phone == user.phone and verified and user.phone_verified_at:
            return  # every sign-in by code says so again
        before, at = user.phone, clock.now()
        actions.change_phone(user_id=user.pk, before=before, phone=phone, verified=verified, at=at)
        user.phone, user.phone_verified_at = phone, at if verified else None

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return find_by_phone(phone=phone)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_: Any) -> None:
        self._send(phone, actions.code_text(code))

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

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Refuse to set one: a stolen session must not leave a way in behind."""
        raise forms.ValidationError(
            gettext("Passwords are not used here. You sign in by a code to your phone."),
            code="password_not_used",
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again who it is, but not within minutes of a whole sign-in or a code.

        Where the library knows no way to ask (no password, no passkey), our own page does.
        """
        request = context.request
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        if queries.was_recently_proven(request=request):
            return False
        if not get_reauthentication_flows(request.user):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Name the ways to prove oneself: a passkey first, a code only where there is no other."""
        methods = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated:
            named = [
                method | {"description": gettext(WAYS.get(method["id"], method["description"]))}
                for method in methods
            ]
            return sorted(named, key=lambda method: "webauthn" not in method["id"])
        description = gettext("Use a code sent to your phone")
        return [{"id": "code", "description": description, "url": reverse("security:proof")}]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Bring the member's look and language from the profile into the browser."""
        response = super().post_login(request, user, **kwargs)
        if display := find_display(user_id=user.pk):
            keep_look(response, display.look, display.language)
        return response

    def _send(self, phone: str, text: str) -> None:
        actions.send_text(phone=phone, text=text, at=clock.now())


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names passkeys and authenticators so that their owner recognises them."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. Enter the newest one."),
    }

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": display_name_of(user)}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        if count == 0:
            return gettext("My phone")
        return gettext("Passkey %(number)s") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return settings.OPERATOR_NAME

    def _get_user_identifier(self, user: User) -> str:
        return mask_phone(user.phone) if user.phone else user.email


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A social account can be connected to a wallet, and then signs in; it opens none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
