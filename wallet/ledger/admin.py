import uuid
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from foundation.backoffice import LookMixin, RecordAdmin
from foundation.money import Money, format_money
from wallet.ledger import queries
from wallet.ledger.models import LedgerAccount, LedgerHold, LedgerHoldMove, LedgerJournal

ENTRIES_SHOWN = 50


def _money(amount_minor: int | None, currency: str) -> str:
    if amount_minor is None:
        return "–"
    return format_money(Money(amount_minor, currency), get_language() or "en")


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def _table(heads: list[str], rows: Any) -> SafeString:
    """A plain table of figures: the first column text, amounts to the right."""
    head = format_html_join("", "<th scope='col'>{}</th>", ((text,) for text in heads))
    body = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((c,) for c in row)),)
                            for row in rows)
    )  # fmt: skip
    return format_html(
        '<div class="ops-scroll"><table class="ops-table"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        head,
        body,
    )


@admin.register(LedgerAccount)
class LedgerAccountAdmin(RecordAdmin):
    """Accounts with their balances at this instant. Entries of a stripe stand at its parent."""

    paginator = InfinitePaginator
    list_display = ["code", "owner_uid", "currency", "posted", "held", "mode", "version"]
    list_filter = [("mode", ChoicesDropdownFilter)]
    list_filter_submit = True
    search_fields = ["code"]
    search_help_text = _("whole id of the owner, or the beginning of the account's code")
    ordering = ["-id"]
    fields = [
        "code", "owner_uid", "currency", "mode", "balance", "available", "held", "floor",
        "version", "opened_at", "last_at", "closed_at", "entries_shown",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerAccount]:
        stripes = (
            LedgerAccount.objects.filter(stripe_of=OuterRef("pk"))
            .order_by()
            .values("stripe_of")
            .annotate(total=Sum("posted_minor"))
            .values("total")
        )
        accounts = super().get_queryset(request).exclude(mode=LedgerAccount.Mode.STRIPE)
        return accounts.annotate(stripes_minor=Coalesce(Subquery(stripes), 0))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LedgerAccount], search_term: str
    ) -> tuple[QuerySet[LedgerAccount], bool]:
        if owner := _as_uuid(search_term):
            return queryset.filter(owner_uid=owner), False
        return queryset.filter(code__startswith=search_term.strip()), False

    @display(description=_("booked"), ordering="posted_minor")
    def posted(self, account: LedgerAccount) -> str:
        # What waits for the fold of a busy account is in its detail, not in the list.
        return _money(account.posted_minor + account.stripes_minor, account.currency)

    @display(description=_("held"), ordering="held_minor")
    def held(self, account: LedgerAccount) -> str:
        return _money(account.held_minor, account.currency) if account.held_minor else "–"

    @display(description=_("balance"))
    def balance(self, account: LedgerAccount) -> str:
        figures = queries.balance(account_id=account.pk)
        return _money(figures.posted_minor, account.currency)

    @display(description=_("available"))
    def available(self, account: LedgerAccount) -> str:
        figures = queries.balance(account_id=account.pk)
        return _money(figures.available_minor, account.currency)

    @display(description=_("may not go below"))
    def floor(self, account: LedgerAccount) -> str:
        return _money(account.floor_minor, account.currency)

    @display(description=_("latest entries"))
    def entries_shown(self, account: LedgerAccount) -> SafeString:
        lines = queries.list_entries(account_id=account.pk, limit=ENTRIES_SHOWN)
        heads = [gettext("no."), gettext("time"), gettext("kind"), gettext("reference"),
                 gettext("amount"), gettext("balance")]  # fmt: skip
        return _table(
            heads,
            (
                (
                    line.version or "–",
                    localtime(line.posted_at).strftime("%Y-%m-%d %H:%M:%S"),
                    line.kind,
                    line.reference,
                    _money(line.amount_minor, account.currency),
                    _money(line.balance_minor, account.currency),
                )
                for line in lines
            ),
        )


@admin.register(LedgerJournal)
class LedgerJournalAdmin(RecordAdmin):
    """Balanced movements of money, each with its legs. They are never changed."""

    paginator = InfinitePaginator
    list_display = ["posted_at", "kind", "reference", "uid"]
    list_display_links = ["posted_at", "reference"]
    search_fields = ["reference"]
    search_help_text = _("the whole reference, or the whole id")
    ordering = ["-id"]
    fields = ["uid", "kind", "reference", "posted_at", "legs_shown"]
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LedgerJournal], search_term: str
    ) -> tuple[QuerySet[LedgerJournal], bool]:
        if uid := _as_uuid(search_term):
            return queryset.filter(uid=uid), False
        return queryset.filter(reference=search_term.replace(" ", "")), False

    @display(description=_("legs"))
    def legs_shown(self, journal: LedgerJournal) -> SafeString:
        legs = queries.list_legs(journal_id=journal.pk)
        heads = [gettext("no."), gettext("account"), gettext("amount"), gettext("balance after")]
        return _table(
            heads,
            (
                (
                    leg.leg_no,
                    format_html(
                        '<a class="ops-link" href="{}">{}</a>',
                        reverse("admin:wallet_ledgeraccount_change", args=[leg.account_id]),
                        leg.code,
                    ),
                    _money(leg.amount_minor, leg.currency),
                    _money(leg.balance_minor, leg.currency),
                )
                for leg in legs
            ),
        )


class HoldMoveInline(LookMixin, TabularInline):
    model = LedgerHoldMove
    fields = ["at", "kind", "amount_minor", "journal_id"]
    readonly_fields = fields


@admin.register(LedgerHold)
class LedgerHoldAdmin(RecordAdmin):
    paginator = InfinitePaginator
    list_display = ["placed_at", "reference", "amount", "expires_at", "settled_at"]
    list_filter = [("settled_at", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    list_select_related = ["account"]
    search_fields = ["=reference"]
    search_help_text = _("the whole reference")
    ordering = ["-id"]
    inlines = [HoldMoveInline]
    fields = ["uid", "account", "amount", "reference", "placed_at", "expires_at", "settled_at"]
    readonly_fields = fields

    @display(description=_("amount"))
    def amount(self, hold: LedgerHold) -> str:
        return _money(hold.amount_minor, hold.account.currency)


@admin.register(LedgerHoldMove)
class LedgerHoldMoveAdmin(RecordAdmin):
    """Every change of a hold; usually looked at below its hold."""

    paginator = InfinitePaginator
    list_display = ["at", "kind", "amount_minor", "hold"]
    list_select_related = ["hold"]
    ordering = ["-id"]
    fields = ["hold", "kind", "amount_minor", "journal_id", "at"]
    readonly_fields = fields
