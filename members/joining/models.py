from django.conf import settings
from django.db import models


class JoinDraft(models.Model):
    """What somebody entered so far. `user` is set once the wallet is open."""

    token = models.CharField(max_length=43, unique=True)
    phone = models.CharField(max_length=16)
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    # How many codes this draft sent: those of a phone's drafts are summed against flooding.
    codes_sent = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    display_name = models.CharField(max_length=30, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["phone", "code_sent_at"], name="join_codes_of_phone")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
