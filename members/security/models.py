from django.conf import settings
from django.db import models


class PaymentPin(models.Model):
    """A member's payment PIN: its hash, and how often it was wrong in a row."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    hash = models.CharField(max_length=128)
    failed_count = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PIN of {self.pk}"
