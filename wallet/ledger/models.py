"""Tables of the ledger. Rows are written by the functions in ``sql/`` only, never by the ORM.

No foreign key points at an account: its check would take a key-share lock on the very row that
every posting updates. The statement trigger on entries joins the account instead.
"""

from django.db import models
from django.db.models import Q

from wallet.ledger import rules


class LedgerAccount(models.Model):
    """One account in one currency, with its stored balance; or one stripe of a striped one."""

    class Mode(models.TextChoices):
        INLINE = rules.INLINE
        STRIPED = rules.STRIPED
        FOLD = rules.FOLD
        STRIPE = rules.STRIPE

    code = models.CharField(max_length=60)
    owner_uid = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.INLINE)
    stripe_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="stripes",
        db_constraint=False,
        db_index=False,
    )
    # No positive field: PostgreSQL parses check expressions again at every update.
    stripe_no = models.SmallIntegerField(db_default=0)
    stripe_count = models.SmallIntegerField(db_default=0)
    posted_minor = models.BigIntegerField(db_default=0)
    held_minor = models.BigIntegerField(db_default=0)
    floor_minor = models.BigIntegerField(null=True)
    ceiling_minor = models.BigIntegerField(null=True)
    version = models.BigIntegerField(db_default=0)
    last_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(db_default=models.functions.Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_account"
        ordering = ["id"]
        constraints = [
            # The owner comes first: all accounts of one owner lie together.
            models.UniqueConstraint(
                fields=["owner_uid", "code", "currency", "stripe_no"],
                nulls_distinct=False,
                name="ledger_account_is_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stripe_of", "stripe_no"],
                condition=Q(stripe_of__isnull=False),
                name="ledger_account_stripes",
            )
        ]

    def __str__(self) -> str:
        owner = f" {self.owner_uid}" if self.owner_uid else ""
        stripe = f" /{self.stripe_no}" if self.stripe_no else ""
        return f"{self.code}{owner} {self.currency}{stripe}"


class LedgerJournal(models.Model):
    """One balanced movement of money: its legs are entries. Immutable."""

    uid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    posted_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_journal"
        ordering = ["-id"]
        indexes = [models.Index(fields=["reference"], name="ledger_journal_reference")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class LedgerEntry(models.Model):
    """One leg. ``version`` and ``balance_minor`` are empty until a fold account's fold."""

    pk = models.CompositePrimaryKey("journal_id", "leg_no")
    journal = models.ForeignKey(
        LedgerJournal, models.PROTECT, db_constraint=False, db_index=False, related_name="entries"
    )
    account = models.ForeignKey(
        LedgerAccount, models.PROTECT, db_constraint=False, db_index=False, related_name="entries"
    )
    version = models.BigIntegerField(null=True)
    amount_minor = models.BigIntegerField()
    balance_minor = models.BigIntegerField(null=True)
    posted_at = models.DateTimeField()
    leg_no = models.SmallIntegerField()

    class Meta:
        db_table = "ledger_entry"
        verbose_name_plural = "ledger entries"
        constraints = [
            # Unfolded entries have no version; the same index finds them by its nulls.
            models.UniqueConstraint(fields=["account", "version"], name="ledger_entry_version")
        ]
        indexes = [
            models.Index(fields=["account", "posted_at", "version"], name="ledger_entry_time")
        ]

    def __str__(self) -> str:
        return f"{self.journal_id}/{self.leg_no}"


class LedgerHold(models.Model):
    """Money set aside on an account. What is left of it is the sum of its moves."""

    uid = models.UUIDField(unique=True)
    account = models.ForeignKey(LedgerAccount, models.PROTECT, db_constraint=False)
    amount_minor = models.BigIntegerField()
    reference = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    # Filled once, when nothing is left: keeps the sweep's index small.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_hold"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ledger_hold_amount")
        ]
        indexes = [
            models.Index(fields=["reference"], name="ledger_hold_reference"),
            models.Index(
                fields=["expires_at"],
                condition=Q(settled_at__isnull=True, expires_at__isnull=False),
                name="ledger_hold_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.uid}"


class LedgerHoldMove(models.Model):
    """One change of a hold on one physical account: placed is positive, the rest negative."""

    class Kind(models.TextChoices):
        PLACED = "placed"
        CAPTURED = "captured"
        RELEASED = "released"
        EXPIRED = "expired"

    hold = models.ForeignKey(LedgerHold, models.PROTECT, related_name="moves")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, db_constraint=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount_minor = models.BigIntegerField()
    journal = models.ForeignKey(
        LedgerJournal, models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_hold_move"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="placed", amount_minor__gt=0)
                | (Q(amount_minor__lt=0) & ~Q(kind="placed")),
                name="ledger_hold_move_sign",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
