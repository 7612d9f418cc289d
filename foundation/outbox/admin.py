import json

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from foundation import clock
from foundation.backoffice import LookMixin, RecordAdmin
from foundation.outbox import actions
from foundation.outbox.models import Delivery, OutboxEvent

STATUS_COLOURS = {"done": "success", "retry": "warning", "dead": "danger"}
REVIVE_AT_ONCE = 500


class DeliveryInline(LookMixin, TabularInline):
    model = Delivery
    fields = ["consumer", "status", "attempts", "due_at", "error", "updated_at"]
    readonly_fields = fields


@admin.register(OutboxEvent)
class OutboxEventAdmin(RecordAdmin):
    """Facts on their way out, and what became of each at its consumers."""

    paginator = InfinitePaginator
    list_display = ["published_at", "kind", "key", "relayed_at"]
    list_display_links = ["published_at", "kind"]
    list_filter = [("relayed_at", admin.EmptyFieldListFilter)]
    list_filter_submit = True
    search_fields = ["=key"]
    search_help_text = _("whole id of what the event is about")
    ordering = ["-id"]
    inlines = [DeliveryInline]
    fields = ["uid", "kind", "key", "body_shown", "published_at", "relayed_at"]
    readonly_fields = fields

    @display(description=_("body"))
    def body_shown(self, event: OutboxEvent) -> SafeString:
        text = json.dumps(event.body, ensure_ascii=False, indent=2)
        return format_html('<pre class="ops-pre">{}</pre>', text)


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Deliveries; the dead letters among them wait for a person to try them again."""

    paginator = InfinitePaginator
    list_display = ["updated_at", "consumer", "event_kind", "status_shown", "attempts", "due_at",
                    "error"]  # fmt: skip
    list_display_links = ["updated_at", "consumer"]
    list_filter = ["status"]
    list_filter_submit = True
    list_select_related = ["event"]
    search_fields = ["=event__key", "=consumer"]
    search_help_text = _("whole id of what the event is about, or whole name of the consumer")
    ordering = ["-id"]
    actions = ["try_again"]
    fields = ["event", "event_kind", "consumer", "status", "attempts", "due_at", "error",
              "updated_at"]  # fmt: skip
    readonly_fields = fields

    def has_revive_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("foundation.change_delivery")

    @action(description=_("Try dead letters again"), permissions=["revive"], icon="replay")
    def try_again(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        ids = list(chosen.order_by("id").values_list("id", flat=True)[:REVIVE_AT_ONCE])
        count = actions.revive(delivery_ids=ids, at=clock.now())
        if not count:
            messages.warning(request, _("None of these is a dead letter. Nothing was changed."))
            return
        words = ngettext(
            "%(count)d dead letter is tried again now.",
            "%(count)d dead letters are tried again now.",
            count,
        )
        messages.success(request, words % {"count": count})

    @display(description=_("event"))
    def event_kind(self, delivery: Delivery) -> str:
        return delivery.event.kind

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_shown(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()
