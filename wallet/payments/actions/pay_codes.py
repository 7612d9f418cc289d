import datetime as dt
import hashlib
import uuid

from django.conf import settings
from django.db import connection

from foundation.db import entry, step
from wallet.payments import rules
from wallet.payments.models import PayCode
from wallet.payments.rules import (
    PAY_CODE_VALID_SECONDS,
    PAY_CODES_AT_MOST,
    PAY_CODES_KEPT_DAYS,
    PAY_CODES_WINDOW_SECONDS,
    PayCodeIssued,
    Payer,
    Person,
)


@step
def issue_pay_code(*, user: Person, at: dt.datetime) -> PayCodeIssued:
    """Draw a member's next pay code; the last one stays valid until its own time.

    Only the hash is kept. Locks the member's counter of codes (an advisory lock), so that the
    limit holds exactly whatever comes together.

    :raises rules.TooManyPayCodes: more than a page that shows codes ever draws
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended('pay code ' || %s, 11))", [user.id]
        )
    window = at - dt.timedelta(seconds=PAY_CODES_WINDOW_SECONDS)
    drawn = PayCode.objects.filter(user_id=user.id, issued_at__gt=window).count()
    if drawn >= PAY_CODES_AT_MOST:
        raise rules.TooManyPayCodes()
    code = rules.new_pay_code()
    issued = PayCodeIssued(
        code=code,
        issued_at=at,
        expires_at=at + dt.timedelta(seconds=PAY_CODE_VALID_SECONDS),
        refresh_seconds=rules.PAY_CODE_SECONDS,
    )
    PayCode.objects.create(
        code_hash=_hash(code), user_id=user.id, issued_at=at, expires_at=issued.expires_at
    )
    return issued


@step
def use_pay_code(*, code: str, store_uid: uuid.UUID, at: dt.datetime) -> Payer:
    """Use a scanned or typed pay code up, for this store, and return whose it is.

    Locks the code's row. When the transaction is rolled back, the code is unused again.

    :raises rules.PayCodeUnknown: mistyped, never issued, or of a member who may not sign in
    :raises rules.PayCodeUsed: used before
    :raises rules.PayCodeExpired: past its time
    """
    digits = rules.ungroup(code)
    if not rules.is_pay_code(digits):
        raise rules.PayCodeUnknown("code")
    codes = PayCode.objects.filter(code_hash=_hash(digits))
    # Conditions on this table only: a join would move them into a subquery, which is not
    # judged again after waiting for the row's lock, and two stores could use one code.
    used = codes.filter(used_at__isnull=True, expires_at__gt=at).update(
        used_at=at, used_by_store_uid=store_uid
    )
    row = codes.values_list("user_id", "user__uid", "user__is_active", "used_at").first()
    if row is None or not row[2]:
        raise rules.PayCodeUnknown("code")
    if used:
        return Payer(id=row[0], uid=row[1])
    if row[3] is not None:
        raise rules.PayCodeUsed("code")
    raise rules.PayCodeExpired("code")


@entry
def forget_pay_codes(*, at: dt.datetime, limit: int = 10_000) -> int:
    """Delete codes whose time is long over; return how many."""
    over = PayCode.objects.filter(expires_at__lt=at - dt.timedelta(days=PAY_CODES_KEPT_DAYS))
    deleted, _each = PayCode.objects.filter(
        id__in=over.order_by("expires_at").values("id")[:limit]
    ).delete()
    return deleted


def _hash(code: str) -> str:
    # A key of its own, derived from the site's: the same secret never signs two kinds of thing.
    key = hashlib.sha256(f"wallet.payments.pay_code:{settings.SECRET_KEY}".encode()).digest()
    return rules.hash_pay_code(code=code, key=key)
