import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from foundation import clock
from foundation.errors import Refusal
from foundation.idempotency.actions import new_key
from foundation.idempotency.rules import KeyReused
from foundation.money import Money, money_decimal_text
from foundation.web import MEMBER, page, say
from journeys.counter import actions, queries, rules
from journeys.counter.forms import ChargeForm, CollectForm, FrameForm, PaymentFilterForm
from merchants.stores import queries as stores
from merchants.stores.queries import StoreOf, Worker
from wallet.payments import queries as payments
from wallet.payments.rules import RequestDetail

PAYMENTS_A_PAGE = 20
LAST_PAYMENTS = 5


@page(MEMBER, methods=("GET", "POST"))
def collect(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Ask for an amount, then show a code or scan the customer's."""
    store = stores.get_store(uid=store_uid, user=request.user)
    if request.method == "GET":
        form = CollectForm(currency=store.currency, initial={"key": new_key()})
        return _collect_page(request, store, form)
    form = CollectForm(request.POST, currency=store.currency)
    if not form.is_valid():
        return _collect_page(request, store, form)
    amount, note = form.cleaned_data["amount"], form.cleaned_data["note"]
    if "scan" in request.POST:
        asked = urlencode({"amount": money_decimal_text(amount), "note": note})
        return redirect(f"{reverse('counter:scan', args=[store_uid])}?{asked}")
    try:
        opened = _open(request, store_uid, key=form.cleaned_data["key"], amount=amount, note=note)
    except KeyReused:
        # Back, another amount, again: a new request, and no money has moved yet.
        opened = _open(request, store_uid, key=new_key(), amount=amount, note=note)
    except Refusal as refusal:
        form.refuse(refusal)
        return _collect_page(request, store, form)
    return redirect("counter:request", store_uid=store_uid, request_uid=opened.request_uid)


@page(MEMBER)
def show_request(
    request: HttpRequest, store_uid: uuid.UUID, request_uid: uuid.UUID
) -> HttpResponse:
    """Show the code to scan, and by itself what becomes of it."""
    store = stores.get_store(uid=store_uid, user=request.user)
    asked = queries.get_request(store=store, uid=request_uid)
    return render(request, "journeys/counter/request.html", _status(request, store, asked))


@page(MEMBER)
def live_request(
    request: HttpRequest, store_uid: uuid.UUID, request_uid: uuid.UUID
) -> HttpResponse:
    """Answer the page's question whether the status changed since it last looked."""
    store = stores.get_store(uid=store_uid, user=request.user)
    asked = queries.get_request(store=store, uid=request_uid)
    context = _status(request, store, asked)
    if context["status"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "journeys/counter/request_status.html", context)


@page(MEMBER, methods=("POST",))
def cancellation(
    request: HttpRequest, store_uid: uuid.UUID, request_uid: uuid.UUID
) -> HttpResponse:
    """Take the request back."""
    try:
        actions.cancel(
            staff=Worker.of(request.user),
            store_uid=store_uid,
            request_uid=request_uid,
            at=clock.now(),
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, say(refusal))
    return redirect("counter:request", store_uid=store_uid, request_uid=request_uid)


@page(MEMBER, methods=("GET", "POST"))
def scan(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Scan the customer's pay code by camera, photo or keyboard, and charge it."""
    store = stores.get_store(uid=store_uid, user=request.user)
    if request.method == "GET":
        asked = CollectForm(request.GET, currency=store.currency)
        if not asked.is_valid():
            return redirect("counter:collect", store_uid=store_uid)
        initial = {name: request.GET.get(name, "") for name in ("amount", "note")}
        form = ChargeForm(currency=store.currency, initial={**initial, "key": new_key()})
        return _scan_page(request, store, form, asked.cleaned_data)
    form = ChargeForm(request.POST, request.FILES, currency=store.currency)
    if not form.is_valid():
        return _scan_page(request, store, form, form.cleaned_data)
    try:
        charged = actions.charge_pay_code(
            client=_client(request),
            key=form.cleaned_data["key"],
            staff=Worker.of(request.user),
            store_uid=store_uid,
            code=form.cleaned_data["code"],
            amount=form.cleaned_data["amount"],
            note=form.cleaned_data["note"],
            at=clock.now(),
        )
    except KeyReused:
        form.refuse(rules.AlreadySent())
        return _scan_page(request, store, form, form.cleaned_data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _scan_page(request, store, form, form.cleaned_data)
    return redirect("counter:request", store_uid=store_uid, request_uid=charged.request_uid)


@page(MEMBER, methods=("POST",))
def frame(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """Read the code on one frame of the camera, where the browser cannot do it itself."""
    stores.get_store(uid=store_uid, user=request.user)
    form = FrameForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse(status=422)
    text = form.cleaned_data["frame"]
    return JsonResponse({"text": text}) if text else HttpResponse(status=204)


@page(MEMBER)
def list_payments(request: HttpRequest, store_uid: uuid.UUID) -> HttpResponse:
    """List the store's payments, by day and by words."""
    store = stores.get_store(uid=store_uid, user=request.user)
    form = PaymentFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = payments.list_for_store(
        store_uid=store.uid,
        before_uid=_uid(request.GET.get("before")),
        limit=PAYMENTS_A_PAGE + 1,
        search=wanted.get("search", ""),
        **_bounds(wanted.get("date")),
    )
    shown = rows[:PAYMENTS_A_PAGE]
    older = _page_link(request, shown[-1].payment_uid) if len(rows) > PAYMENTS_A_PAGE else ""
    context = {
        "store": store,
        "form": form,
        "payments": shown,
        "older": older,
        "newer": _page_link(request, None) if request.GET.get("before") else "",
        "filtered": any(wanted.values()),
    }
    return render(request, "journeys/counter/payments.html", context)


@page(MEMBER)
def show_payment(
    request: HttpRequest, store_uid: uuid.UUID, payment_uid: uuid.UUID
) -> HttpResponse:
    """Show one payment, everything that happened to it, and the way to a refund."""
    store = stores.get_store(uid=store_uid, user=request.user)
    detail = payments.get_store_record(uid=payment_uid, store_uids=[store.uid])
    context = {"store": store, "payment": detail.receipt, "timeline": detail.timeline}
    return render(request, "journeys/counter/payment.html", context)


def _client(request: HttpRequest) -> str:
    return f"user:{request.user.pk}"


def _open(
    request: HttpRequest, store_uid: uuid.UUID, *, key: str, amount: Money, note: str
) -> actions.Asked:
    return actions.collect(
        client=_client(request),
        key=key,
        staff=Worker.of(request.user),
        store_uid=store_uid,
        amount=amount,
        note=note,
        at=clock.now(),
    )


def _collect_page(request: HttpRequest, store: StoreOf, form: CollectForm) -> HttpResponse:
    context = {
        "store": store,
        "form": form,
        "symbol": "" if store.currency == "CNY" else store.currency,
        "autofocus": not form.errors,
        "payments": payments.list_for_store(store_uid=store.uid, limit=LAST_PAYMENTS),
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/counter/collect.html", context, status=status)


def _scan_page(
    request: HttpRequest, store: StoreOf, form: ChargeForm, asked: dict[str, Any]
) -> HttpResponse:
    if "amount" not in asked:
        messages.error(request, gettext("Enter the amount again."))
        return redirect("counter:collect", store_uid=store.uid)
    context = {"store": store, "form": form, "amount": asked["amount"], "note": asked.get("note")}
    status = 422 if form.errors else 200
    return render(request, "journeys/counter/scan.html", context, status=status)


def _status(request: HttpRequest, store: StoreOf, asked: RequestDetail) -> dict[str, Any]:
    status = asked.status_at(clock.now())
    emv = request.GET.get("code") == "emv"
    live_url = reverse("counter:live", args=[store.uid, asked.uid])
    return {
        "store": store,
        "asked": asked,
        "status": status,
        "final": status != "open",
        "emv": emv,
        "link": not emv,
        "live_url": f"{live_url}?code=emv" if emv else live_url,
        "code": queries.pay_payload(request=asked) if emv else queries.pay_link(request=asked),
    }


def _uid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _bounds(date: dt.date | None) -> dict[str, dt.datetime]:
    if date is None:
        return {}
    start, end = clock.day_bounds(date)
    return {"start": start, "end": end}


def _page_link(request: HttpRequest, before: uuid.UUID | None) -> str:
    wanted = {name: request.GET.get(name, "") for name in ("search", "date")}
    wanted["before"] = str(before) if before else ""
    return "?" + urlencode({name: value for name, value in wanted.items() if value})
