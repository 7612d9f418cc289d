from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from foundation.backoffice import RecordAdmin, masked_phone
from foundation.users.models import User

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(RecordAdmin):
    """Everybody who can sign in. A number is shown whole only with a reason, and that is kept."""

    list_display = ["uid", "phone_masked", "date_joined", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active"]
    list_filter_submit = True
    search_fields = ["=phone", "=uid"]
    search_help_text = _("the whole number as +86…, or the whole id")
    ordering = ["-id"]
    actions_detail = ["reveal_phone"]
    fields = [
        "uid", "phone_masked", "phone_verified_at", "is_active", "is_staff", "is_superuser",
        "groups", "date_joined", "last_login",
    ]  # fmt: skip
    readonly_fields = fields

    def has_reveal_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("foundation.view_user")

    @action(
        description=_("Show the whole number"),
        url_path="phone",
        permissions=["reveal"],
        icon="visibility",
    )
    def reveal_phone(self, request: HttpRequest, object_id: int) -> object:
        return redirect(reverse("operations:phone", args=[object_id]))

    reveal_phone.permission = "operator"

    @display(description=_("phone"))
    def phone_masked(self, user: User) -> str:
        return masked_phone(user.phone)


@admin.register(Group)
class OperatorGroupAdmin(GroupAdmin, ModelAdmin):
    """What a group of the operator's staff may see and do."""
