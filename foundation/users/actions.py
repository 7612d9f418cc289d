import datetime as dt

from foundation.db import step
from foundation.users.models import User


@step
def create_user(*, phone: str, at: dt.datetime, verified: bool = True) -> User:
    """Create a user who signs in by codes sent to this phone, without a password.

    :raises django.db.IntegrityError: the phone number is another user's
    """
    return User.objects.create_user(
        phone, None, phone_verified_at=at if verified else None, date_joined=at
    )


@step
def set_phone(*, user_id: int, phone: str, at: dt.datetime | None) -> None:
    """Give a user another phone number, verified at an instant or not yet."""
    User.objects.filter(id=user_id).update(phone=phone, phone_verified_at=at)
