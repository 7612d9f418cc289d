import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from foundation.users.models import User
from members.security import rules
from members.security.models import PaymentPin, WalletStop


def has_pin(*, user_id: int) -> bool:
    """Return whether the member has set a payment PIN."""
    return PaymentPin.objects.filter(user_id=user_id).exists()


def has_second_factor(*, user: User) -> bool:
    """Return whether the user has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user))


def was_second_factor_used(*, request: HttpRequest) -> bool:
    """Return whether this session was opened with an authenticator app or a passkey."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def was_recently_proven(*, request: HttpRequest) -> bool:
    """Return whether the person signed in or gave a code within the last minutes."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < rules.FRESH_SECONDS for record in records)


def is_stopped_by_operator(*, user_id: int) -> bool:
    """Return whether the operator, not only the member, stopped this wallet."""
    return WalletStop.objects.filter(
        user_id=user_id, by_operator=True, ended_at__isnull=True
    ).exists()
