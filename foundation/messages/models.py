from django.db import models


class OutgoingMessage(models.Model):
    """One SMS to one number. The text of a sign-in code is blanked once it has expired."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    phone = models.CharField(max_length=16)
    text = models.CharField(max_length=500)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    provider_reference = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(status="waiting"), name="sms_due")
        ]

    def __str__(self) -> str:
        return f"SMS {self.pk} {self.status}"
