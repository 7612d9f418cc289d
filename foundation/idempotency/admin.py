from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from foundation.backoffice import RecordAdmin
from foundation.idempotency.models import IdempotencyKey


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(RecordAdmin):
    """What was asked under which key. The answer may name people, so it is not shown."""

    paginator = InfinitePaginator
    list_display = ["created_at", "operation", "client", "key_short", "outcome"]
    search_fields = ["=client", "=key"]
    search_help_text = _("the whole key, or the whole client")
    ordering = ["-id"]
    fields = ["created_at", "operation", "client", "key_short", "declined"]
    readonly_fields = fields

    @display(description=_("key"))
    def key_short(self, kept: IdempotencyKey) -> str:
        return kept.key if len(kept.key) <= 14 else f"{kept.key[:12]}…"

    @display(
        description=_("outcome"),
        label={"answered": "success", "declined": "warning", "running": "info"},
    )
    def outcome(self, kept: IdempotencyKey) -> tuple[str, str]:
        if kept.answer is None:
            return "running", _("running")
        return ("declined", _("declined")) if kept.declined else ("answered", _("answered"))
