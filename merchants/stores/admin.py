from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from foundation import clock
from foundation.backoffice import RecordAdmin
from foundation.errors import Refusal
from foundation.money import Money, format_money
from foundation.web import OPERATOR, RefusalFormMixin, say
from merchants.stores import actions, forms, queries, rules
from merchants.stores.models import District, Merchant, Staff, Store, StoreDay


class FormPageAdmin(RecordAdmin):
    """Records whose changes are pages with a form, each of which calls one action.

    Unfold would look a permission's name up in the database while Django checks itself, before
    there are tables; so each action's permission is a method here.
    """

    def has_open_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"merchants.add_{self.model._meta.model_name}")

    def has_open_store_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("merchants.add_store")

    def has_hire_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("merchants.add_staff")

    def has_dismiss_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("merchants.change_staff")

    def form_page(
        self, request: HttpRequest, *, form: RefusalFormMixin, title: str, back: str, hint: str = ""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "form": form,
            "back": back,
            "hint": hint,
        }
        return render(request, "merchants/stores/office_form.html", context)

    def list_url(self) -> str:
        return reverse(f"admin:merchants_{self.model._meta.model_name}_changelist")


def office_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Declare a page of the back office; the admin's own wrapper lets only its staff in."""
    view.permission = OPERATOR  # type: ignore[attr-defined]
    return view


def record_url(kind: str, object_id: object) -> str:
    return reverse(f"admin:merchants_{kind}_change", args=[object_id])


@admin.register(District)
class DistrictAdmin(FormPageAdmin):
    list_display = ["name", "opened_at"]
    search_fields = ["name"]
    fields = ["uid", "name", "opened_at"]
    actions_list = ["open_district"]

    @action(
        description=_("Open a district"),
        url_path="open",
        permissions=["open"],
        icon="add",
    )
    @office_page
    def open_district(self, request: HttpRequest) -> HttpResponse:
        form = forms.OpenDistrictForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            actions.open_district(
                name=form.cleaned_data["name"], actor_id=request.user.pk, at=clock.now()
            )
            messages.success(request, gettext("The district is open."))
            return redirect(self.list_url())
        return self.form_page(
            request, form=form, title=gettext("Open a district"), back=self.list_url()
        )


@admin.register(Merchant)
class MerchantAdmin(FormPageAdmin):
    list_display = ["name", "kind", "owner_phone", "currency", "opened_at"]
    list_filter = ["kind", "currency"]
    list_select_related = ["owner"]
    search_fields = ["name", "uid"]
    fields = ["uid", "name", "kind", "owner_phone", "account_id", "balance", "opened_at"]
    readonly_fields = ["owner_phone", "balance"]
    actions_list = ["open_merchant"]
    actions_detail = ["open_store"]

    @display(description=_("Owner"))
    def owner_phone(self, merchant: Merchant) -> str:
        return rules.masked_phone(merchant.owner.phone)

    @display(description=_("Balance"))
    def balance(self, merchant: Merchant) -> str:
        has = queries.available(account_id=merchant.account_id, currency=merchant.currency)
        return format_money(has, get_language() or "")

    @action(
        description=_("Open a merchant"),
        url_path="open",
        permissions=["open"],
        icon="add",
    )
    @office_page
    def open_merchant(self, request: HttpRequest) -> HttpResponse:
        form = forms.OpenMerchantForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            merchant = actions.open_merchant(
                **form.cleaned_data, actor_id=request.user.pk, at=clock.now()
            )
            messages.success(request, gettext("The merchant is open. Now open its first store."))
            return redirect(record_url("merchant", merchant.pk))
        return self.form_page(
            request,
            form=form,
            title=gettext("Open a merchant"),
            back=self.list_url(),
            hint=gettext("This also opens the account in which its takings are kept."),
        )

    @action(
        description=_("Open a store"),
        url_path="open-store",
        permissions=["open_store"],
        icon="add_business",
    )
    @office_page
    def open_store(self, request: HttpRequest, object_id: int) -> HttpResponse:
        merchant = queries.get_merchant(merchant_id=object_id)
        form = forms.OpenStoreForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            store = actions.open_store(
                **form.cleaned_data,
                merchant=merchant,
                actor_id=request.user.pk,
                at=clock.now(),
            )
            messages.success(
                request, gettext("The store is open. Its number is %s.") % store.number
            )
            return redirect(record_url("store", store.pk))
        return self.form_page(
            request,
            form=form,
            title=gettext("Open a store of %s") % merchant.name,
            back=record_url("merchant", merchant.pk),
            hint=gettext("The store gets its number now; it never changes."),
        )


@admin.register(Store)
class StoreAdmin(FormPageAdmin):
    list_display = ["name", "number", "merchant", "district", "opened_at"]
    list_filter = ["district"]
    list_select_related = ["merchant", "district"]
    search_fields = ["name", "number", "uid", "merchant__name"]
    fields = ["uid", "number", "name", "merchant", "district", "address", "phone", "opened_at"]
    actions_detail = ["hire"]

    @action(
        description=_("Hire somebody"),
        url_path="hire",
        permissions=["hire"],
        icon="person_add",
    )
    @office_page
    def hire(self, request: HttpRequest, object_id: int) -> HttpResponse:
        store = queries.get_store_record(store_id=object_id)
        form = forms.OfficeHireForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.hire(
                    store_uid=store.uid,
                    user=form.cleaned_data["phone"],
                    role=form.cleaned_data["role"],
                    actor=request.user,
                    at=clock.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, gettext("The person now works at the store."))
                return redirect(record_url("store", store.pk))
        return self.form_page(
            request,
            form=form,
            title=gettext("Hire somebody at %s") % store.name,
            back=record_url("store", store.pk),
        )


@admin.register(Staff)
class StaffAdmin(FormPageAdmin):
    list_display = ["store", "person", "role", "hired_at", "dismissed_at"]
    list_filter = ["role", ("dismissed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["store", "user"]
    search_fields = ["store__name", "store__number", "uid"]
    fields = ["uid", "store", "person", "role", "hired_at", "dismissed_at"]
    readonly_fields = ["person"]
    actions_detail = ["dismiss"]

    @display(description=_("Person"))
    def person(self, staff: Staff) -> str:
        return rules.masked_phone(staff.user.phone)

    @action(
        description=_("Dismiss"),
        url_path="dismiss",
        permissions=["dismiss"],
        icon="person_remove",
    )
    @office_page
    def dismiss(self, request: HttpRequest, object_id: int) -> HttpResponse:
        staff = queries.get_staff_record(staff_id=object_id)
        if request.method == "POST":
            try:
                actions.dismiss(
                    store_uid=staff.store.uid,
                    staff_uid=staff.uid,
                    actor=request.user,
                    at=clock.now(),
                )
            except Refusal as refusal:
                messages.error(request, say(refusal))
            else:
                messages.success(request, gettext("The person no longer works at the store."))
            return redirect(record_url("staff", staff.pk))
        return self.form_page(
            request,
            form=RefusalFormMixin(),
            title=gettext("Dismiss this person?"),
            back=record_url("staff", staff.pk),
            hint=gettext("The person can no longer collect money at this store."),
        )


@admin.register(StoreDay)
class StoreDayAdmin(RecordAdmin):
    list_display = ["store", "date", "captured", "captured_count", "refunded", "refunded_count"]
    fields = list_display
    readonly_fields = ["captured", "refunded"]
    list_filter = ["currency"]
    list_select_related = ["store"]
    search_fields = ["store__name", "store__number"]
    date_hierarchy = "date"

    @display(description=_("Received"))
    def captured(self, day: StoreDay) -> str:
        return format_money(Money(day.captured_minor, day.currency), get_language() or "")

    @display(description=_("Refunded"))
    def refunded(self, day: StoreDay) -> str:
        return format_money(Money(day.refunded_minor, day.currency), get_language() or "")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("-date", "store_id", "currency")
