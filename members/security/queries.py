from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from foundation.users.models import User
from members.security.models import PaymentPin


def has_pin(*, user_id: int) -> bool:
    """Return whether the member has set a payment PIN."""
    return PaymentPin.objects.filter(user_id=user_id).exists()


def has_second_factor(*, user: User) -> bool:
    """Return whether the user has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user))


def was_second_factor_used(*, request: HttpRequest) -> bool:
    """Return whether this session was opened with an authenticator app or a passkey."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request))
