"""Operators with and without their second factor, and a small town to look at."""

import time

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from foundation.users.models import User
from tests.factories.merchants import make_user

SECRET = "JBSWY3DPEHPK3PXP"


def operator_client(*, factor: bool = True, used: bool = True, superuser: bool = True) -> Client:
    """Return a browser in which an operator has signed in."""
    user = make_user(is_staff=True, is_superuser=superuser)
    if factor:
        TOTP.activate(user, SECRET)
        assert Authenticator.objects.filter(user=user).exists()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    records = [{"method": "code", "at": time.time()}]
    if used:
        records.append({"method": "mfa", "type": "totp", "at": time.time()})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    client.user = user
    return client


@pytest.fixture
def office(db: None) -> Client:
    return operator_client()


@pytest.fixture
def person(db: None) -> User:
    return make_user(phone="+8613712345678")
