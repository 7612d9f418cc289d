from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from foundation import clock
from foundation.backoffice import RecordAdmin
from foundation.web import OPERATOR
from members.profile.forms import ReasonForm
from members.security import actions
from members.security.models import PaymentPin, ProofCode, WalletStop


@admin.register(PaymentPin)
class PaymentPinAdmin(RecordAdmin):
    """Whether a PIN is locked. Nobody sees a PIN, not even its hash."""

    list_display = ["member", "failed_count", "locked_until", "set_at"]
    list_filter = [("locked_until", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__uid"]
    ordering = ["-set_at", "-user_id"]
    fields = ["member", "failed_count", "locked_until", "set_at"]
    readonly_fields = fields

    @display(description=_("member"))
    def member(self, pin: PaymentPin) -> str:
        return str(pin.user.uid)


@admin.register(ProofCode)
class ProofCodeAdmin(RecordAdmin):
    """How often codes were sent to signed-in members; the codes themselves are unreadable."""

    list_display = ["member", "code_sent_at", "code_tries", "codes_sent"]
    list_select_related = ["user"]
    search_fields = ["user__uid"]
    ordering = ["-code_sent_at", "-user_id"]
    fields = ["member", "code_sent_at", "code_tries", "codes_sent"]
    readonly_fields = fields

    @display(description=_("member"))
    def member(self, proof: ProofCode) -> str:
        return str(proof.user.uid)


@admin.register(WalletStop)
class WalletStopAdmin(RecordAdmin):
    """Stops of wallets: by their members and by us."""

    list_display = ["started_at", "member", "by_operator", "reason", "ended_at"]
    list_filter = ["by_operator", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__uid"]
    ordering = ["-id"]
    fields = [
        "member",
        "by_operator",
        "reason",
        "started_at",
        "started_by",
        "ended_at",
        "ended_by",
    ]
    readonly_fields = fields

    @display(description=_("member"))
    def member(self, stop: WalletStop) -> str:
        return str(stop.user.uid)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("stop/<int:user_id>/", wrap(self.stop), name="members_walletstop_stop"),
            path("start/<int:user_id>/", wrap(self.start), name="members_walletstop_start"),
            *super().get_urls(),
        ]

    def stop(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Stop a member's wallet for the operator."""
        if not request.user.has_perm("members.add_walletstop"):
            raise PermissionDenied
        title = gettext("Stop the wallet")
        return self._page(request, user_id, actions.stop_by_operator, title)

    def start(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """End every stop of a member's wallet."""
        if not request.user.has_perm("members.change_walletstop"):
            raise PermissionDenied
        title = gettext("Start the wallet")
        return self._page(request, user_id, actions.start_by_operator, title)

    def _page(
        self, request: HttpRequest, user_id: int, act: Callable[..., None], title: str
    ) -> HttpResponse:
        form = ReasonForm(request.POST or None)
        back = reverse("admin:members_profile_change", args=[user_id])
        if request.method == "POST" and form.is_valid():
            act(
                user_id=user_id,
                actor_id=request.user.pk,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
            messages.success(request, gettext("Done, and written down."))
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "form": form,
            "back": back,
        }
        return render(request, "members/profile/office_form.html", context)

    stop.permission = OPERATOR
    start.permission = OPERATOR
