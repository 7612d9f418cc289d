import datetime as dt

from foundation.users.models import User


def find_by_phone(*, phone: str) -> User | None:
    """Return the active user with this E.164 number, or None."""
    return User.objects.filter(phone=phone, is_active=True).first()


def count_joined(*, start: dt.datetime, end: dt.datetime) -> int:
    """Return how many people who are not the operator's joined in a stretch of time."""
    return User.objects.filter(date_joined__gte=start, date_joined__lt=end, is_staff=False).count()


def find_user(*, user_id: int) -> User | None:
    """Return a user by the number that back-office addresses carry, or None."""
    return User.objects.filter(id=user_id).first()
