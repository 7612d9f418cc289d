"""The back office: its name, its colours, and its sidebar in the order of the work.

Queues are what waits for somebody, records what happened, settings what seldom changes.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _item(title: Any, icon: str, model: str, query: str = "") -> dict[str, Any]:
    """Return the sidebar's link to the list of one model, `<app>_<model>`."""
    app, name = model.split("_", 1)
    address = reverse_lazy(f"admin:{model}_changelist")
    return {
        "title": title,
        "icon": icon,
        "link": (lambda request: f"{address}{query}") if query else address,
        "permission": _may(f"{app}.view_{name}"),
    }


UNFOLD = {
    "SITE_TITLE": _("Tongbao back office"),
    "SITE_HEADER": _("Tongbao"),
    "SITE_SUBHEADER": _("Back office"),
    "SITE_SYMBOL": "account_balance_wallet",
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,
    "BORDER_RADIUS": "8px",
    "DASHBOARD_CALLBACK": "journeys.operations.views.add_home",
    "STYLES": [lambda request: static("css/ops.css")],
    "SCRIPTS": [lambda request: static("js/ops.js")],
    # The wallet's green; the steps keep text of 600 and above readable on white.
    "COLORS": {
        "primary": {
            "50": "oklch(97% .015 175)",
            "100": "oklch(93% .03 175)",
            "200": "oklch(87% .055 175)",
            "300": "oklch(78% .08 175)",
            "400": "oklch(66% .09 175)",
            "500": "oklch(52% .085 175)",
            "600": "oklch(42% .075 175)",
            "700": "oklch(36% .065 175)",
            "800": "oklch(30% .055 175)",
            "900": "oklch(25% .045 175)",
            "950": "oklch(18% .035 175)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": "",
                "items": [
                    {"title": _("Today"), "icon": "today", "link": reverse_lazy("admin:index")}
                ],
            },
            {
                "title": _("Queues"),
                "separator": True,
                "items": [
                    _item(_("Dead letters"), "mark_email_unread", "foundation_delivery",
                          "?status__exact=dead"),
                    _item(_("Outbox"), "outbox", "foundation_outboxevent"),
                    _item(_("Long work"), "pending_actions", "foundation_job"),
                    {
                        "title": _("Proof of the books"),
                        "icon": "fact_check",
                        "link": reverse_lazy("operations:books"),
                        "permission": _may("wallet.view_ledgeraccount"),
                    },
                ],
            },
            {
                "title": _("Records"),
                "separator": True,
                "items": [
                    _item(_("People"), "group", "foundation_user"),
                    _item(_("Merchants"), "storefront", "merchants_merchant"),
                    _item(_("Stores"), "store", "merchants_store"),
                    _item(_("Payments"), "payments", "wallet_payment"),
                    _item(_("Payment requests"), "request_quote", "wallet_paymentrequest"),
                    _item(_("Refunds"), "undo", "wallet_refund"),
                    _item(_("Top-ups"), "add_card", "wallet_topup"),
                    _item(_("Journals"), "receipt_long", "wallet_ledgerjournal"),
                    _item(_("Accounts"), "account_balance", "wallet_ledgeraccount"),
                    {
                        "title": _("Trial balance"),
                        "icon": "balance",
                        "link": reverse_lazy("operations:trial_balance"),
                        "permission": _may("wallet.view_ledgeraccount"),
                    },
                    _item(_("Audit trail"), "policy", "foundation_auditrecord"),
                    _item(_("SMS"), "sms", "foundation_outgoingmessage"),
                ],
            },
            {
                "title": _("Settings"),
                "separator": True,
                "collapsible": True,
                "items": [
                    _item(_("Districts"), "location_city", "merchants_district"),
                    _item(_("Store staff"), "badge", "merchants_staff"),
                    _item(_("Members' limits"), "speed", "wallet_memberlimit"),
                    _item(_("Idempotency keys"), "key", "foundation_idempotencykey"),
                    _item(_("Operator groups"), "admin_panel_settings", "auth_group"),
                ],
            },
        ],
    },
}  # fmt: skip
