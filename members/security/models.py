from django.conf import settings
from django.db import models
from django.db.models import Q


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


class ProofCode(models.Model):
    """The newest code sent to a signed-in member to prove that it is they; one a member."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"proof of {self.pk}"


class WalletStop(models.Model):
    """One stop of a wallet, by its member or by the operator's staff, and its end."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_operator = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "by_operator"],
                condition=Q(ended_at__isnull=True),
                name="one_open_stop_each",
            )
        ]

    def __str__(self) -> str:
        return f"stop {self.pk}"
