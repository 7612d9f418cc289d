from django.db import models


class IdempotencyKey(models.Model):
    """One client's key with the fingerprint of what was asked, and the answer given."""

    client = models.CharField(max_length=64)
    key = models.CharField(max_length=100)
    operation = models.CharField(max_length=60)
    fingerprint = models.BinaryField(max_length=32)
    declined = models.BooleanField(default=False)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_once_a_client")
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.operation}"
