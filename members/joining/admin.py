from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from foundation.backoffice import RecordAdmin
from members.joining.models import JoinDraft
from members.profile import rules


@admin.register(JoinDraft)
class JoinDraftAdmin(RecordAdmin):
    """Wallets that somebody began to open. Token and code stay secret: they sign in."""

    list_display = ["created_at", "masked_phone", "codes_sent", "verified_at", "finished"]
    list_filter = [("verified_at", admin.EmptyFieldListFilter)]
    search_fields = ["phone__endswith"]
    ordering = ["-id"]
    fields = [
        "masked_phone",
        "masked_name",
        "code_sent_at",
        "code_tries",
        "codes_sent",
        "verified_at",
        "finished",
        "created_at",
        "expires_at",
    ]
    readonly_fields = fields

    @display(description=_("phone number"))
    def masked_phone(self, draft: JoinDraft) -> str:
        return rules.mask_phone(draft.phone)

    @display(description=_("name"))
    def masked_name(self, draft: JoinDraft) -> str:
        return rules.mask_name(draft.display_name)

    @display(description=_("wallet open"), boolean=True)
    def finished(self, draft: JoinDraft) -> bool:
        return draft.user_id is not None
