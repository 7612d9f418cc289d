"""Tables of payments.

People stand here by id without a database constraint: its check would lock, and so write,
the person's row in every payment. Users are never deleted (PROTECT, and no page does it).
Stores and accounts belong to other rooms and stand here by their public ids and numbers.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


def _person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        **options,
    )


class PaymentRequest(models.Model):
    """What a store asks for. It becomes at most one payment."""

    class Scene(models.TextChoices):
        DYNAMIC = "dynamic"
        STATIC = "static"
        PAY_CODE = "pay_code"

    class Status(models.TextChoices):
        OPEN = "open"
        PAID = "paid"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    uid = models.UUIDField()
    scene = models.CharField(max_length=8, choices=Scene.choices)
    payee_account_id = models.BigIntegerField()
    payee_uid = models.UUIDField()
    payee_merchant_uid = models.UUIDField()
    payee_name = models.CharField(max_length=80)
    payee_number = models.CharField(max_length=10)
    # Who may not pay: a copy, because the request is judged as it was when it was opened.
    payee_owner_ids = ArrayField(models.BigIntegerField(), default=list)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    # Empty until paid for a dynamic code; bound from the start for static and pay codes.
    payer = _person(null=True)
    created_by = _person(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["uid"], name="payment_request_uid"),
            # One condition, because each is read anew by every statement that writes a row.
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & (Q(status="open", ended_at__isnull=True) | Q(ended_at__isnull=False))
                & (Q(scene="dynamic") | Q(payer__isnull=False)),
                name="payment_request_sound",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status="open"), name="payment_request_due"
            ),
            models.Index(
                fields=["payer"],
                condition=Q(status="open", payer__isnull=False),
                name="payment_request_waiting",
            ),
            models.Index(fields=["payee_uid", "-created_at"], name="payment_request_by_store"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Payment(models.Model):
    """Money that moved from a member, and perhaps sponsors, to a store."""

    class Status(models.TextChoices):
        CAPTURED = "captured"
        PARTLY_REFUNDED = "partly_refunded"
        REFUNDED = "refunded"

    uid = models.UUIDField()
    reference = models.CharField(max_length=20)
    # Its uniqueness is what "paid at most once" rests on when all else fails.
    request = models.OneToOneField(PaymentRequest, models.PROTECT, related_name="payment")
    payer = _person()
    payer_account_id = models.BigIntegerField()
    payee_account_id = models.BigIntegerField()
    payee_uid = models.UUIDField()
    payee_merchant_uid = models.UUIDField()
    payee_name = models.CharField(max_length=80)
    payee_number = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=80, blank=True)
    refunded_minor = models.BigIntegerField(db_default=0)
    status = models.CharField(max_length=15, choices=Status.choices, db_default="captured")
    captured_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["uid"], name="payment_uid"),
            models.UniqueConstraint(fields=["reference"], name="payment_reference"),
            # The net below the refund: no statement of anybody gives back more than was paid.
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & (
                    Q(status="captured", refunded_minor=0)
                    | Q(status="refunded", refunded_minor=F("amount_minor"))
                    | Q(
                        status="partly_refunded",
                        refunded_minor__gt=0,
                        refunded_minor__lt=F("amount_minor"),
                    )
                ),
                name="payment_sound",
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-captured_at"], name="payment_by_payer"),
            models.Index(fields=["payee_uid", "-captured_at"], name="payment_by_store"),
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentLeg(models.Model):
    """One account's part of a payment; the member's own leg is the first."""

    class Role(models.TextChoices):
        MEMBER = "member"
        SPONSOR = "sponsor"
        POINTS = "points"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="legs")
    account_id = models.BigIntegerField()
    role = models.CharField(max_length=7, choices=Role.choices)
    amount_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(db_default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    refunded_minor__gte=0,
                    refunded_minor__lte=F("amount_minor"),
                ),
                name="payment_leg_refunded",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.amount_minor}"


class Refund(models.Model):
    """Money that went back to where a payment came from."""

    class Status(models.TextChoices):
        DONE = "done"

    uid = models.UUIDField()
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    # A copy of the payment's payer: a month's refunds of a member are one index range.
    payer = _person()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    to_member_minor = models.BigIntegerField()
    reason = models.CharField(max_length=120, blank=True)
    actor = _person(null=True)
    status = models.CharField(max_length=4, choices=Status.choices, default=Status.DONE)
    refunded_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["uid"], name="refund_uid"),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    to_member_minor__gte=0,
                    to_member_minor__lte=F("amount_minor"),
                ),
                name="refund_amount",
            ),
        ]
        indexes = [models.Index(fields=["payer", "-refunded_at"], name="refund_by_payer")]

    def __str__(self) -> str:
        return str(self.uid)


class PaymentMove(models.Model):
    """One change of state, with actor and time. The first move of a payment comes from ''."""

    class Subject(models.TextChoices):
        REQUEST = "request"
        PAYMENT = "payment"

    subject = models.CharField(max_length=7, choices=Subject.choices)
    subject_id = models.BigIntegerField()
    from_status = models.CharField(max_length=15, blank=True)
    to_status = models.CharField(max_length=15)
    actor = _person(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_id", "subject"], name="payment_move_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.from_status} → {self.to_status}"


class PayCode(models.Model):
    """A member's pay code, as a keyed hash. Used once, by one store."""

    code_hash = models.CharField(max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by_store_uid = models.UUIDField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], name="pay_code_hash"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_by_store_uid__isnull=True)
                | Q(used_at__isnull=False, used_by_store_uid__isnull=False),
                name="pay_code_used_by_one",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-issued_at"], name="pay_code_by_user"),
            models.Index(fields=["expires_at"], name="pay_code_expiry"),
        ]

    def __str__(self) -> str:
        return f"pay code {self.pk}"
