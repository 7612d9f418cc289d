from django.contrib import admin
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from foundation.backoffice import RecordAdmin
from foundation.money import Money, format_money
from wallet.risk.models import MemberDay, MemberLimit


def _yuan(amount_minor: int, currency: str = "CNY") -> str:
    return format_money(Money(amount_minor, currency), get_language() or "en")


@admin.register(MemberLimit)
class MemberLimitAdmin(RecordAdmin):
    """Members whose limits differ from the standard, or whose wallet is stopped."""

    list_display = ["user", "one_tap", "per_payment", "per_day", "frozen_at", "updated_at"]
    list_filter = [("frozen_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__uid"]
    ordering = ["-updated_at"]
    fields = ["user", "one_tap", "per_payment", "per_day", "frozen_at", "updated_at"]
    readonly_fields = fields

    @display(description=_("without PIN up to"), ordering="one_tap_minor")
    def one_tap(self, limit: MemberLimit) -> str:
        return _yuan(limit.one_tap_minor)

    @display(description=_("a payment up to"), ordering="per_payment_minor")
    def per_payment(self, limit: MemberLimit) -> str:
        return _yuan(limit.per_payment_minor)

    @display(description=_("a day up to"), ordering="per_day_minor")
    def per_day(self, limit: MemberLimit) -> str:
        return _yuan(limit.per_day_minor)


@admin.register(MemberDay)
class MemberDayAdmin(RecordAdmin):
    """What members paid on a day, as the day's limit counts it."""

    list_display = ["date", "user", "spent", "count"]
    list_select_related = ["user"]
    search_fields = ["user__uid"]
    date_hierarchy = "date"
    ordering = ["-id"]
    fields = ["date", "user", "spent", "count"]
    readonly_fields = fields

    @display(description=_("paid"), ordering="spent_minor")
    def spent(self, day: MemberDay) -> str:
        return _yuan(day.spent_minor, day.currency)
