import uuid

from django.conf import settings
from django.db import models


class Profile(models.Model):
    """A member's name and way of reading."""

    class Size(models.TextChoices):
        STANDARD = "standard"
        LARGE = "large"
        XLARGE = "xlarge"

    class Contrast(models.TextChoices):
        STANDARD = "standard"
        HIGH = "high"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="profile"
    )
    display_name = models.CharField(max_length=30)
    size = models.CharField(max_length=8, choices=Size.choices, default=Size.STANDARD)
    contrast = models.CharField(max_length=8, choices=Contrast.choices, default=Contrast.STANDARD)
    voice = models.BooleanField(default=False)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES, default="zh-hans")
    birthday = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"profile {self.pk}"


class Notice(models.Model):
    """One thing a member was told: a kind, and the facts that its sentence needs."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    # What the fact is (told once), and the record that the notice opens.
    fact_uid = models.UUIDField()
    about_uid = models.UUIDField()
    title = models.CharField(max_length=100, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "fact_uid"], name="notice_once_a_fact")
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_uid}"
