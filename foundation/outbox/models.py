import uuid

from django.db import models


class OutboxEvent(models.Model):
    """A fact on its way out. `relayed_at` is empty until every consumer was tried once."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    published_at = models.DateTimeField(db_default=models.functions.Now())
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(relayed_at__isnull=True), name="outbox_waiting"
            ),
            models.Index(fields=["key"], name="outbox_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Delivery(models.Model):
    """What became of one event at one consumer: the row commits with the effect."""

    class Status(models.TextChoices):
        DONE = "done"
        RETRY = "retry"
        DEAD = "dead"

    event = models.ForeignKey(OutboxEvent, models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=60)
    status = models.CharField(max_length=5, choices=Status.choices)
    attempts = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["event", "consumer"], name="delivery_once_a_consumer")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(status="retry"), name="delivery_due"
            ),
            models.Index(fields=["id"], condition=models.Q(status="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.status}"
