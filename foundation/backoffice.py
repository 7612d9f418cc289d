"""What every back-office page shares: records are looked at here, and changed by actions.

No page of the back office adds, edits or deletes a row by itself.
"""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class RecordAdmin(ModelAdmin):
    """A read-only list and detail of records, paged, without counting huge tables twice."""

    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True
    compressed_fields = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
