from django.conf import settings
from django.db import models
from django.db.models import Q


class TopUp(models.Model):
    """Money that a member asked a bank to put in."""

    class Status(models.TextChoices):
        STARTED = "started"
        UNKNOWN = "unknown"
        CONFIRMED = "confirmed"
        FAILED = "failed"
        EXPIRED = "expired"

    uid = models.UUIDField()
    reference = models.CharField(max_length=20)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    account_id = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.STARTED)
    rail = models.CharField(max_length=20)
    # The bank's own number; empty until the bank has taken the order.
    rail_reference = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # When the bank is asked next, as long as there is no answer.
    ask_at = models.DateTimeField(null=True)
    asked_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["uid"], name="top_up_uid"),
            models.UniqueConstraint(fields=["reference"], name="top_up_reference"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="top_up_amount"),
            models.CheckConstraint(
                condition=Q(status__in=["started", "unknown"], ended_at__isnull=True)
                | Q(status__in=["confirmed", "failed", "expired"], ended_at__isnull=False),
                name="top_up_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-started_at"], name="top_up_by_user"),
            models.Index(
                fields=["user", "ended_at"],
                condition=Q(status="confirmed"),
                name="top_up_confirmed",
            ),
            models.Index(
                fields=["ask_at"],
                condition=Q(status__in=["started", "unknown"]),
                name="top_up_to_ask",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TopUpMove(models.Model):
    """One change of a top-up's state, and who said so: the member, a callback, an answer."""

    class Source(models.TextChoices):
        MEMBER = "member"
        CALLBACK = "callback"
        ANSWER = "answer"
        SWEEP = "sweep"

    top_up = models.ForeignKey(TopUp, models.PROTECT, related_name="moves")
    from_status = models.CharField(max_length=9, blank=True)
    to_status = models.CharField(max_length=9)
    source = models.CharField(max_length=8, choices=Source.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class SandboxOrder(models.Model):
    """The sandbox bank's own book: an order, what it will answer and when. Not our data."""

    reference = models.CharField(max_length=40, unique=True)
    order_uid = models.UUIDField(unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    decided_at = models.DateTimeField()
    calls_left = models.PositiveSmallIntegerField()
    call_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["call_at"],
                condition=Q(call_at__isnull=False),
                name="sandbox_order_due",
            )
        ]

    def __str__(self) -> str:
        return self.reference
