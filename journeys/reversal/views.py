import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from foundation import clock
from foundation.errors import Refusal
from foundation.idempotency.actions import new_key
from foundation.idempotency.rules import KeyReused
from foundation.money import format_money, money_decimal_text
from foundation.web import MEMBER, page
from journeys.counter.rules import AlreadySent
from journeys.reversal import actions, queries
from journeys.reversal.forms import FULL, PART, RefundForm
from merchants.stores import queries as stores
from merchants.stores import rules as store_rules
from merchants.stores.queries import StoreOf, Worker
from wallet.payments import queries as payments
from wallet.payments.rules import Receipt


@page(MEMBER, methods=("GET", "POST"))
def refund(request: HttpRequest, store_uid: uuid.UUID, payment_uid: uuid.UUID) -> HttpResponse:
    """Ask how much and why, show it once more, then give it back."""
    store = stores.get_store(uid=store_uid, user=request.user)
    receipt = payments.get_store_receipt(uid=payment_uid, store_uids=[store.uid])
    store_rules.check_role(store.role, store_rules.REFUND)
    if request.method == "GET":
        form = RefundForm(left=receipt.refundable, initial={"key": new_key(), "extent": "full"})
        return _ask(request, store, receipt, form)
    form = RefundForm(request.POST, left=receipt.refundable)
    if not form.is_valid():
        return _ask(request, store, receipt, form)
    if "confirmed" in request.POST:
        return _give_back(request, store, receipt, form)
    try:
        queries.check_refundable(store=store, receipt=receipt, amount=form.cleaned_data["amount"])
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(request, store, receipt, form)
    return _check(request, store, receipt, form)


@page(MEMBER)
def done(
    request: HttpRequest, store_uid: uuid.UUID, payment_uid: uuid.UUID, refund_uid: uuid.UUID
) -> HttpResponse:
    """Say that the money is back with the customer, and what is left of the payment."""
    store = stores.get_store(uid=store_uid, user=request.user)
    detail = payments.get_store_record(uid=payment_uid, store_uids=[store.uid])
    context = {
        "store": store,
        "payment": detail.receipt,
        "refund": queries.get_refund(detail=detail, refund_uid=refund_uid),
    }
    return render(request, "journeys/reversal/done.html", context)


def _give_back(
    request: HttpRequest, store: StoreOf, receipt: Receipt, form: RefundForm
) -> HttpResponse:
    try:
        given = actions.refund(
            client=f"user:{request.user.pk}",
            key=form.cleaned_data["key"],
            staff=Worker.of(request.user),
            payment_uid=receipt.payment_uid,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        )
    except KeyReused:
        form.refuse(AlreadySent())
    except Refusal as refusal:
        form.refuse(refusal)
    else:
        return redirect(
            "reversal:done",
            store_uid=store.uid,
            payment_uid=receipt.payment_uid,
            refund_uid=given.refund_uid,
        )
    return _ask(request, store, receipt, form)


def _ask(request: HttpRequest, store: StoreOf, receipt: Receipt, form: RefundForm) -> HttpResponse:
    context: dict[str, Any] = {
        "store": store,
        "payment": receipt,
        "form": form,
        "available": stores.available(account_id=store.account_id, currency=store.currency),
        "symbol": "" if store.currency == "CNY" else store.currency,
        "extent_notes": {FULL: format_money(receipt.refundable, get_language() or "")},
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/reversal/refund.html", context, status=status)


def _check(
    request: HttpRequest, store: StoreOf, receipt: Receipt, form: RefundForm
) -> HttpResponse:
    amount = form.cleaned_data["amount"]
    context = {
        "store": store,
        "payment": receipt,
        "amount": amount,
        "left": receipt.refundable - amount,
        "reason": form.cleaned_data["reason"],
        "sent": {
            "extent": PART,
            "amount": money_decimal_text(amount),
            "reason": form.cleaned_data["reason"],
            "key": form.cleaned_data["key"],
        },
    }
    return render(request, "journeys/reversal/check.html", context)
