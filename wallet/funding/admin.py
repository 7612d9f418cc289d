from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from foundation.backoffice import RecordAdmin
from foundation.money import Money, format_money
from wallet.funding import queries
from wallet.funding.models import SandboxOrder, TopUp, TopUpMove

STATUS_COLOURS = {
    "started": "info",
    "unknown": "warning",
    "confirmed": "success",
    "failed": "danger",
    "expired": "danger",
}


@admin.register(TopUp)
class TopUpAdmin(RecordAdmin):
    list_display = ["reference", "started_at", "amount", "status_shown", "rail", "ended_at"]
    list_filter = ["status", "rail"]
    list_filter_submit = True
    search_fields = ["reference", "rail_reference"]
    search_help_text = _("our reference or the bank's")
    date_hierarchy = "started_at"
    ordering = ["-id"]
    fields = [
        "uid", "reference", "status", "amount", "user", "rail", "rail_reference", "failure",
        "started_at", "ended_at", "ask_at", "asked_count", "timeline",
    ]  # fmt: skip
    readonly_fields = fields

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, top_up: TopUp) -> str:
        return format_money(Money(top_up.amount_minor, top_up.currency), get_language() or "en")

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_shown(self, top_up: TopUp) -> tuple[str, str]:
        return top_up.status, top_up.get_status_display()

    @display(description=_("timeline"))
    def timeline(self, top_up: TopUp) -> SafeString:
        lines = format_html_join(
            "",
            "<li>{} · {} → {} · {}</li>",
            (
                (
                    localtime(move.at).strftime("%Y-%m-%d %H:%M:%S"),
                    gettext(move.from_status.title()) if move.from_status else "",
                    gettext(move.to_status.title()),
                    move.get_source_display(),
                )
                for move in queries.list_moves(top_up_id=top_up.pk)
            ),
        )
        return format_html("<ol>{}</ol>", lines)


@admin.register(SandboxOrder)
class SandboxOrderAdmin(RecordAdmin):
    """The sandbox bank's own book; empty where a real bank stands behind the port."""

    list_display = ["reference", "amount_minor", "currency", "decided_at", "call_at", "tries"]
    search_fields = ["reference"]
    ordering = ["-id"]


@admin.register(TopUpMove)
class TopUpMoveAdmin(RecordAdmin):
    """Every change of a top-up's state; usually read as its timeline."""

    paginator = InfinitePaginator
    list_display = ["at", "top_up", "from_status", "to_status", "source"]
    list_select_related = ["top_up"]
    search_fields = ["=top_up__reference"]
    search_help_text = _("the top-up's whole reference")
    ordering = ["-id"]
    fields = ["top_up", "from_status", "to_status", "source", "at"]
    readonly_fields = fields
