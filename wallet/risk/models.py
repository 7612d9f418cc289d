from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.risk import rules


class MemberLimit(models.Model):
    """A member's own limits and the stop of the wallet. No row means the standard limits."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    one_tap_minor = models.BigIntegerField(default=rules.ONE_TAP_MINOR)
    per_payment_minor = models.BigIntegerField(default=rules.PER_PAYMENT_MINOR)
    per_day_minor = models.BigIntegerField(default=rules.PER_DAY_MINOR)
    frozen_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    one_tap_minor__gte=0,
                    one_tap_minor__lte=F("per_payment_minor"),
                    per_payment_minor__lte=F("per_day_minor"),
                ),
                name="member_limit_ordered",
            )
        ]

    def __str__(self) -> str:
        return f"limits of {self.user_id}"


class MemberDay(models.Model):
    """What a member paid on one business day in one currency, less what came back the same day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    date = models.DateField()
    currency = models.CharField(max_length=3)
    spent_minor = models.BigIntegerField()
    count = models.IntegerField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "date", "currency"], name="member_day_is_one"),
            models.CheckConstraint(condition=Q(spent_minor__gte=0), name="member_day_spent"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.date}"
