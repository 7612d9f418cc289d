import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.stores import rules


class District(models.Model):
    """Stores that lie together and share a membership."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class Merchant(models.Model):
    """One business: whose the money is. Its stores share one payable account."""

    class Kind(models.TextChoices):
        STALL = "stall", _("Market stall")
        SOLE_TRADER = "sole_trader", _("Sole trader")
        COMPANY = "company", _("Company")
        COLLECTIVE = "collective", _("Village collective")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    # An account of wallet.ledger; no foreign key, its check would lock the account's row.
    account_id = models.BigIntegerField(_("payable account"), unique=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["stall", "sole_trader", "company", "collective"]),
                name="merchant_kind",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    """One place of a merchant. Its number is printed on posters and never changes."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=10, unique=True, editable=False)
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, related_name="stores", verbose_name=_("merchant")
    )
    district = models.ForeignKey(
        District, models.PROTECT, related_name="stores", verbose_name=_("district")
    )
    name = models.CharField(_("name"), max_length=60)
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[1-9][0-9]{9}$"), name="store_number_shape"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """One person's work at one store. A dismissal is written down, never a deletion."""

    class Role(models.TextChoices):
        OWNER = rules.OWNER, _("Owner")
        MANAGER = rules.MANAGER, _("Manager")
        CASHIER = rules.CASHIER, _("Cashier")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, models.PROTECT, related_name="staff", verbose_name=_("store"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=7, choices=Role.choices)
    hired_at = models.DateTimeField(_("hired at"))
    hired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "store"],
                condition=models.Q(dismissed_at__isnull=True),
                name="staff_once_a_store",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[rules.OWNER, rules.MANAGER, rules.CASHIER]),
                name="staff_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.uid}"


class StoreDay(models.Model):
    """What one store took and gave back on one business day, in one currency.

    Kept by the consumers of payments and refunds; a refund counts on the day it was given.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="days", db_index=False, verbose_name=_("store")
    )
    date = models.DateField(_("day"))
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField(db_default=0)
    captured_count = models.IntegerField(_("payments"), db_default=0)
    refunded_minor = models.BigIntegerField(db_default=0)
    refunded_count = models.IntegerField(_("refunds"), db_default=0)

    class Meta:
        ordering = ["store", "-date"]
        verbose_name = _("day of a store")
        verbose_name_plural = _("days of stores")
        constraints = [
            models.UniqueConstraint(fields=["store", "date", "currency"], name="store_day_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.date}"
