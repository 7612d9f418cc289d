from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from foundation.audit.models import AuditRecord
from foundation.backoffice import RecordAdmin


@admin.register(AuditRecord)
class AuditRecordAdmin(RecordAdmin):
    """Who did what to whom, newest first. Nothing here can be changed or taken away."""

    paginator = InfinitePaginator
    list_display = ["at", "act", "actor_shown", "target_kind", "target_uid", "reason"]
    list_display_links = ["at", "act"]
    list_select_related = ["actor"]
    search_fields = ["=target_uid", "=act", "=request_id"]
    search_help_text = _("whole id of what it was done to, whole name of the act, or request id")
    ordering = ["-id"]
    fields = [
        "at", "act", "actor_shown", "target_kind", "target_uid", "reason", "detail", "request_id",
    ]  # fmt: skip
    readonly_fields = fields

    @display(description=_("done by"))
    def actor_shown(self, record: AuditRecord) -> str:
        return str(record.actor) if record.actor else "–"
