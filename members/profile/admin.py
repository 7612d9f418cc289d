from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from foundation import clock
from foundation.backoffice import RecordAdmin
from foundation.money import Money, format_money
from foundation.web import OPERATOR
from members.profile import actions, rules
from members.profile.forms import ReasonForm
from members.profile.models import Notice, Profile
from wallet.risk.queries import find_frozen_at


@admin.register(Profile)
class ProfileAdmin(RecordAdmin):
    """Members: masked, until a colleague writes down why they need to see more."""

    list_display = ["masked_name", "masked_phone", "size", "language", "created_at"]
    list_filter = ["size", "language"]
    list_select_related = ["user"]
    search_fields = ["user__phone__endswith", "user__uid", "display_name"]
    search_help_text = _("The end of the phone number, the name, or the member's id.")
    date_hierarchy = "created_at"
    ordering = ["-user_id"]
    fields = [
        "member_uid",
        "masked_name",
        "masked_phone",
        "stopped_since",
        "size",
        "contrast",
        "voice",
        "language",
        "created_at",
    ]
    readonly_fields = fields
    actions_detail = ["reveal", "stop", "start"]

    @display(description=_("member"))
    def member_uid(self, profile: Profile) -> str:
        return str(profile.user.uid)

    @display(description=_("name"))
    def masked_name(self, profile: Profile) -> str:
        return rules.mask_name(profile.display_name)

    @display(description=_("phone number"))
    def masked_phone(self, profile: Profile) -> str:
        return rules.mask_phone(profile.user.phone or "")

    @display(description=_("wallet stopped since"))
    def stopped_since(self, profile: Profile) -> object:
        return find_frozen_at(user_id=profile.pk) or "–"

    def has_reveal_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("members.change_profile")

    def has_stop_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("members.add_walletstop")

    def has_start_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("members.change_walletstop")

    @action(
        description=_("Show phone number and name"),
        url_path="reveal",
        permissions=["reveal"],
        icon="visibility",
    )
    def reveal(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask why, write it down, then show."""
        form = ReasonForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("Show phone number and name"),
            "form": form,
            "back": reverse("admin:members_profile_change", args=[object_id]),
        }
        if request.method == "POST" and form.is_valid():
            context["revealed"] = actions.reveal(
                user_id=object_id,
                actor_id=request.user.pk,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        return render(request, "members/profile/office_form.html", context)

    reveal.permission = OPERATOR

    # The stops are another room's: their pages are at its records.

    @action(description=_("Stop the wallet"), url_path="stop", permissions=["stop"], icon="block")
    def stop(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:members_walletstop_stop", user_id=object_id)

    @action(
        description=_("Start the wallet"),
        url_path="start",
        permissions=["start"],
        icon="play_circle",
    )
    def start(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:members_walletstop_start", user_id=object_id)

    stop.permission = OPERATOR
    start.permission = OPERATOR


@admin.register(Notice)
class NoticeAdmin(RecordAdmin):
    """What members were told."""

    list_display = ["at", "member", "kind", "amount", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["user__uid", "about_uid"]
    ordering = ["-id"]
    fields = ["uid", "member", "kind", "title", "amount", "about_uid", "at", "read_at"]
    readonly_fields = fields

    @display(description=_("member"))
    def member(self, notice: Notice) -> str:
        return str(notice.user.uid)

    @display(description=_("amount"))
    def amount(self, notice: Notice) -> str:
        money = Money(notice.amount_minor, notice.currency)
        return format_money(money, get_language() or "en")
