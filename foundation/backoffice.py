"""What every back-office page shares: records are looked at here, and changed by actions.

No page of the back office adds, edits or deletes a row by itself.
"""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class LookMixin:
    """Rows that stand here to be looked at only."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordAdmin(LookMixin, ModelAdmin):
    """A read-only list and detail of records, paged, without counting huge tables twice."""

    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True
    compressed_fields = True


def masked_phone(phone: str | None) -> str:
    """Return a number that a colleague can be asked about, but nobody can be called by."""
    if not phone:
        return "–"
    return f"{phone[:-8]}****{phone[-4:]}" if len(phone) > 10 else f"{phone[:3]}****"
