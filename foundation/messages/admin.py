import re

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from foundation.backoffice import RecordAdmin, masked_phone
from foundation.messages.models import OutgoingMessage

STATUS_COLOURS = {"waiting": "info", "sent": "success", "failed": "danger"}
CODES = re.compile(r"\d{4,}")


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(RecordAdmin):
    """SMS that went out. Codes in their texts are secrets of the member, so they are hidden."""

    paginator = InfinitePaginator
    list_display = ["created_at", "phone_masked", "status_shown", "attempts", "sent_at"]
    list_filter = ["status"]
    list_filter_submit = True
    search_fields = ["=phone", "=provider_reference"]
    search_help_text = _("the whole number as +86…, or the network's reference")
    ordering = ["-id"]
    fields = [
        "phone_masked", "text_masked", "status", "attempts", "created_at", "due_at",
        "sent_at", "provider_reference",
    ]  # fmt: skip
    readonly_fields = fields

    @display(description=_("phone"))
    def phone_masked(self, message: OutgoingMessage) -> str:
        return masked_phone(message.phone)

    @display(description=_("text"))
    def text_masked(self, message: OutgoingMessage) -> str:
        return CODES.sub(lambda found: "•" * len(found[0]), message.text)

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_shown(self, message: OutgoingMessage) -> tuple[str, str]:
        return message.status, message.get_status_display()
