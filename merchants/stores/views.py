import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import get_language, gettext

from foundation import clock
from foundation.errors import Refusal
from foundation.money import format_money
from foundation.web import MEMBER, page, say
from merchants.stores import actions, queries, rules
from merchants.stores.forms import HireForm
from merchants.stores.models import Staff
from merchants.stores.queries import DayTotal, StoreOf
from wallet.payments import queries as payments
from wallet.payments.rules import merchant_payload

LAST_PAYMENTS = 6


@page(MEMBER)
def portal(request: HttpRequest) -> HttpResponse:
    """Lead to the one store, or let the person choose, or say how to get one."""
    stores = queries.stores_of(user=request.user)
    if len(stores) == 1:
        return redirect("stores:today", store_uid=stores[0].uid)
    return render(request, "merchants/stores/portal.html", {"stores": stores})


@page(MEMBER)
def today(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Show the day's takings, the last payments, and the week."""
    store = queries.get_store(uid=store_uid, user=request.user)
    series = queries.day_series(store=store, last=clock.today())
    return render(
        request,
        "merchants/stores/today.html",
        {
            "store": store,
            "week": [_bar(day, series[-1]) for day in series],
            "has_week": any(day.captured_count for day in series),
            **_so_far(store, series[-1]),
        },
    )


@page(MEMBER)
def arrivals(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Answer the today page's question whether anything arrived since what it has seen."""
    store = queries.get_store(uid=store_uid, user=request.user)
    seen = request.GET.get("seen", "")
    part = _so_far(store, queries.day_total(store=store, date=clock.today()))
    if part["state"] == seen:
        return HttpResponse(status=204)
    last_seen = seen.partition(".")[0]
    uids = [str(payment.payment_uid) for payment in part["payments"]]
    newer = uids.index(last_seen) if last_seen in uids else len(uids)
    part |= {"store": store, "arrived": part["payments"][:newer]}
    return render(request, "merchants/stores/today_part.html", part)


@page(MEMBER)
def about(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Show the store's facts, its code, and who works there."""
    store = queries.get_store(uid=store_uid, user=request.user)
    return _about(request, store, HireForm(may_hire_managers=_hires_managers(store)))


@page(MEMBER)
def poster(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Show the store's own code for the wall or the counter, ready to print."""
    store = queries.get_store(uid=store_uid, user=request.user)
    return render(request, "merchants/stores/poster.html", _codes(store))


@page(MEMBER, methods=("POST",))
def hire(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Take somebody on at the store."""
    store = queries.get_store(uid=store_uid, user=request.user)
    form = HireForm(request.POST, may_hire_managers=_hires_managers(store))
    if form.is_valid():
        try:
            actions.hire(
                store_uid=store_uid,
                user=form.cleaned_data["phone"],
                role=form.cleaned_data["role"],
                actor=request.user,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The person now works at this store."))
            return redirect("stores:about", store_uid=store_uid)
    return _about(request, store, form)


@page(MEMBER, methods=("GET", "POST"))
def dismissal(request: HttpRequest, store_uid: uuid.UUID, staff_uid: uuid.UUID) -> HttpResponse:
    """Ask once, then end somebody's work at the store."""
    store = queries.get_store(uid=store_uid, user=request.user)
    if request.method == "POST":
        try:
            actions.dismiss(
                store_uid=store_uid, staff_uid=staff_uid, actor=request.user, at=clock.now()
            )
        except Refusal as refusal:
            messages.error(request, say(refusal))
        else:
            messages.success(request, gettext("The person no longer works at this store."))
        return redirect("stores:about", store_uid=store_uid)
    staff = queries.get_colleague(store=store, staff_uid=staff_uid)
    context = {"store": store, "person": _person(staff)}
    return render(request, "merchants/stores/dismissal.html", context)


def _about(request: HttpRequest, store: StoreOf, form: HireForm) -> HttpResponse:
    staff = [_person(one) for one in queries.list_staff(store=store)]
    return render(
        request,
        "merchants/stores/about.html",
        {
            "staff": staff,
            "form": form,
            "several": len(queries.stores_of(user=request.user)) > 1,
            "role_notes": {
                rules.CASHIER: gettext("Collects money and sees the payments."),
                rules.MANAGER: gettext("Also gives refunds and takes on cashiers."),
            },
            **_codes(store),
        },
        status=422 if form.errors else 200,
    )


def _so_far(store: StoreOf, total: DayTotal) -> dict[str, Any]:
    """Return the day so far, with a state that changes whenever any of it does."""
    last = payments.list_for_store(store_uid=store.uid, limit=LAST_PAYMENTS)
    newest = last[0].payment_uid if last else ""
    refunded = sum(payment.refunded.amount_minor for payment in last)
    state = f"{newest}.{total.captured_count}.{total.refunded_count}.{refunded}"
    return {"payments": last, "total": total, "state": state}


def _hires_managers(store: StoreOf) -> bool:
    return rules.may(store.role, rules.HIRE_MANAGER)


def _codes(store: StoreOf) -> dict[str, object]:
    return {
        "store": store,
        "link": f"{settings.SITE_URL}/w/shop/{store.number}/",
        "payload": merchant_payload(
            store_number=store.number, name=store.name, currency=store.currency
        ),
    }


def _person(staff: Staff) -> dict[str, object]:
    """Return what the store may see of a colleague: the end of the number, not the number."""
    return {
        "uid": staff.uid,
        "phone": rules.masked_phone(staff.user.phone),
        "role": staff.get_role_display(),
        "hired_at": staff.hired_at,
        "stays": staff.role == rules.OWNER,
    }


def _bar(day: DayTotal, last: DayTotal) -> tuple[str, int, str]:
    if day.date == last.date:
        label = gettext("Today")
    else:
        label = formats.date_format(day.date, "MONTH_DAY_FORMAT")
    return label, max(day.kept.amount_minor, 0), format_money(day.kept, get_language() or "")
