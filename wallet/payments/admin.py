from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from foundation.backoffice import RecordAdmin
from foundation.money import Money, format_money
from wallet.payments import queries
from wallet.payments.models import (
    PayCode,
    Payment,
    PaymentLeg,
    PaymentMove,
    PaymentRequest,
    Refund,
)
from wallet.payments.rules import group_reference

STATUS_COLOURS = {
    "open": "info",
    "paid": "success",
    "captured": "success",
    "partly_refunded": "warning",
    "refunded": "warning",
    "cancelled": "danger",
    "expired": "danger",
}


def shown(amount_minor: int, currency: str) -> str:
    return format_money(Money(amount_minor, currency), get_language() or "en")


def state_words(status: str) -> str:
    """Return a state as its own list shows it, in the reader's language."""
    return gettext(status.replace("_", " ").title()) if status else ""


class LookInline(TabularInline):
    """Rows that stand under a record: looked at only."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LegInline(LookInline):
    model = PaymentLeg
    fields = ["role", "account_id", "amount", "given_back"]
    readonly_fields = fields
    verbose_name_plural = _("who paid")

    @display(description=_("amount"))
    def amount(self, leg: PaymentLeg) -> str:
        return shown(leg.amount_minor, leg.payment.currency)

    @display(description=_("given back"))
    def given_back(self, leg: PaymentLeg) -> str:
        return shown(leg.refunded_minor, leg.payment.currency)


class RefundInline(LookInline):
    model = Refund
    fields = ["refunded_at", "amount", "to_member", "reason", "actor_id"]
    readonly_fields = fields
    verbose_name_plural = _("refunds")

    @display(description=_("amount"))
    def amount(self, refund: Refund) -> str:
        return shown(refund.amount_minor, refund.currency)

    @display(description=_("to the member"))
    def to_member(self, refund: Refund) -> str:
        return shown(refund.to_member_minor, refund.currency)


@admin.register(Payment)
class PaymentAdmin(RecordAdmin):
    list_display = [
        "reference_grouped", "captured_at", "payee_name", "amount", "given_back", "status_shown",
    ]  # fmt: skip
    list_filter = ["status", "currency"]
    list_filter_submit = True
    search_fields = ["reference", "payee_name", "payee_number"]
    search_help_text = _("reference, store name or store number")
    date_hierarchy = "captured_at"
    ordering = ["-id"]
    inlines = [LegInline, RefundInline]
    fields = [
        "reference_grouped", "status", "amount", "given_back", "payee_name",
        "payee_number", "payer_uid", "note", "captured_at", "timeline",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        return super().get_queryset(request).select_related("payer")

    @display(description=_("reference"), ordering="reference")
    def reference_grouped(self, payment: Payment) -> str:
        return group_reference(payment.reference)

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return shown(payment.amount_minor, payment.currency)

    @display(description=_("given back"), ordering="refunded_minor")
    def given_back(self, payment: Payment) -> str:
        return shown(payment.refunded_minor, payment.currency) if payment.refunded_minor else "–"

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_shown(self, payment: Payment) -> tuple[str, str]:
        return payment.status, payment.get_status_display()

    @display(description=_("member"))
    def payer_uid(self, payment: Payment) -> str:
        return str(payment.payer)

    @display(description=_("timeline"))
    def timeline(self, payment: Payment) -> SafeString:
        lines = format_html_join(
            "",
            "<li>{} · {} → {} · {}</li>",
            (
                (
                    localtime(move.at).strftime("%Y-%m-%d %H:%M:%S"),
                    f"{move.get_subject_display()} {state_words(move.from_status)}".strip(),
                    state_words(move.to_status),
                    move.actor or gettext("system"),
                )
                for move in queries.list_moves(payment=payment)
            ),
        )
        return format_html("<ol>{}</ol>", lines)


@admin.register(PaymentRequest)
class PaymentRequestAdmin(RecordAdmin):
    list_display = ["created_at", "scene", "payee_name", "amount", "status_shown", "expires_at"]
    list_filter = ["status", "scene", "currency"]
    list_filter_submit = True
    search_fields = ["payee_name", "payee_number", "payment__reference"]
    search_help_text = _("reference, store name or store number")
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "uid", "scene", "status", "amount", "payee_name", "payee_number", "note",
        "payer_id", "created_by_id", "created_at", "expires_at", "ended_at",
    ]  # fmt: skip
    readonly_fields = fields

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, request: PaymentRequest) -> str:
        return shown(request.amount_minor, request.currency)

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_shown(self, request: PaymentRequest) -> tuple[str, str]:
        return request.status, request.get_status_display()


@admin.register(Refund)
class RefundAdmin(RecordAdmin):
    list_display = ["refunded_at", "payment_reference", "payee_name", "amount", "reason"]
    list_filter = ["currency"]
    list_filter_submit = True
    list_select_related = ["payment"]
    search_fields = ["payment__reference", "payment__payee_name", "reason"]
    search_help_text = _("payment's reference, store name or reason")
    date_hierarchy = "refunded_at"
    ordering = ["-id"]
    fields = ["uid", "payment", "amount", "to_member", "reason", "actor_id", "refunded_at"]
    readonly_fields = fields

    @display(description=_("payment"))
    def payment_reference(self, refund: Refund) -> str:
        return group_reference(refund.payment.reference)

    @display(description=_("store"))
    def payee_name(self, refund: Refund) -> str:
        return refund.payment.payee_name

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return shown(refund.amount_minor, refund.currency)

    @display(description=_("to the member"))
    def to_member(self, refund: Refund) -> str:
        return shown(refund.to_member_minor, refund.currency)


@admin.register(PayCode)
class PayCodeAdmin(RecordAdmin):
    """When codes were drawn and used. The code itself is nowhere."""

    list_display = ["issued_at", "user", "expires_at", "used_at", "used_by_store_uid"]
    list_select_related = ["user"]
    search_fields = ["used_by_store_uid"]
    ordering = ["-id"]
    fields = ["user", "issued_at", "expires_at", "used_at", "used_by_store_uid"]
    readonly_fields = fields


@admin.register(PaymentLeg)
class PaymentLegAdmin(RecordAdmin):
    """Who paid a payment; usually looked at below the payment."""

    paginator = InfinitePaginator
    list_display = ["payment_reference", "role", "account_id", "amount", "given_back"]
    list_select_related = ["payment"]
    search_fields = ["=payment__reference"]
    search_help_text = _("the payment's whole reference")
    ordering = ["-id"]
    fields = ["payment_reference", "role", "account_id", "amount", "given_back"]
    readonly_fields = fields

    @display(description=_("payment"))
    def payment_reference(self, leg: PaymentLeg) -> str:
        return group_reference(leg.payment.reference)

    @display(description=_("amount"))
    def amount(self, leg: PaymentLeg) -> str:
        return shown(leg.amount_minor, leg.payment.currency)

    @display(description=_("given back"))
    def given_back(self, leg: PaymentLeg) -> str:
        return shown(leg.refunded_minor, leg.payment.currency) if leg.refunded_minor else "–"


@admin.register(PaymentMove)
class PaymentMoveAdmin(RecordAdmin):
    """Every change of a request's or a payment's state; usually read as the payment's timeline."""

    paginator = InfinitePaginator
    list_display = ["at", "subject", "subject_id", "from_status", "to_status", "actor_id"]
    search_fields = ["=subject_id"]
    search_help_text = _("number of the request or the payment")
    ordering = ["-id"]
    fields = ["subject", "subject_id", "from_status", "to_status", "actor_id", "at"]
    readonly_fields = fields
