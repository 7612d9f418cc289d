from django.conf import settings
from django.db import models


class AuditRecord(models.Model):
    """One act by a person or the system. `detail` holds codes and ids, no personal data."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    act = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_uid = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_kind", "target_uid", "-id"], name="audit_by_target"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.target_kind} {self.target_uid}"
