from foundation.users.models import User


def find_by_phone(*, phone: str) -> User | None:
    """Return the active user with this E.164 number, or None."""
    return User.objects.filter(phone=phone, is_active=True).first()
