"""The member's history: what was spent, received and refunded, and each record by itself."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext

from foundation import clock
from foundation.money import amount_in_words
from foundation.web import MEMBER, page
from wallet.payments import queries
from wallet.payments.forms import HistoryForm, month_label
from wallet.payments.queries import Record

RECORDS_A_PAGE = 20
KINDS = ("", "payment", "refund", "top_up")


@page(MEMBER)
def history(request: HttpRequest) -> HttpResponse:
    """List the member's records by day, with the month's sums."""
    today = clock.today()
    form = HistoryForm(request.GET, today=today)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name, "") for name in ("search", "month", "kind")}
    month = _month(wanted["month"]) or today.replace(day=1)
    found = queries.list_records(
        user=request.user,
        search=wanted["search"],
        kind=wanted["kind"],
        month=(month.year, month.month) if wanted["month"] else None,
        before_uid=_uid(request.GET.get("before")),
        limit=RECORDS_A_PAGE,
    )
    context = {
        "form": form,
        "days": _by_day(found.records, today),
        "month_name": month_label(month),
        "totals": queries.month_totals(user=request.user, year=month.year, month=month.month),
        "kind": wanted["kind"],
        "kind_urls": {kind or "all": _url(wanted, kind=kind) for kind in KINDS},
        "filtered": bool(wanted["search"] or wanted["month"] or wanted["kind"]),
        "searching": bool(wanted["search"] or wanted["month"] or form.errors),
        "older": _url(wanted, before=str(found.next_uid)) if found.next_uid else "",
        "newer": _url(wanted) if request.GET.get("before") else "",
    }
    return render(request, "wallet/payments/history.html", context)


@page(MEMBER)
def record(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one record and everything that happened to it, its refunds among it."""
    return render(request, "wallet/payments/record.html", _detail(request, uid))


@page(MEMBER)
def receipt(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the receipt to print or to hand in, its amount in words in both languages."""
    context = _detail(request, uid)
    amount = context["record"].amount
    context["in_english"] = amount_in_words(money=amount, language="en")
    context["in_chinese"] = amount_in_words(money=amount, language="zh-hans")
    return render(request, "wallet/payments/receipt.html", context)


def _detail(request: HttpRequest, uid: uuid.UUID) -> dict[str, Any]:
    detail = queries.get_record(uid=uid, user=request.user)
    kept = detail.record.amount - detail.record.refunded
    return {
        "record": detail.record,
        "receipt": detail.receipt,
        "timeline": detail.timeline,
        "kept": kept,
    }


def _by_day(records: Iterable[Record], today: dt.date) -> list[tuple[str, list[Record]]]:
    days = itertools.groupby(records, key=lambda record: clock.day_of(record.at))
    return [(_day_label(day, today), list(group)) for day, group in days]


def _day_label(day: dt.date, today: dt.date) -> str:
    if day == today:
        return gettext("Today")
    if day == today - dt.timedelta(days=1):
        return gettext("Yesterday")
    return date_format(day, gettext("l, j F") if day.year == today.year else gettext("l, j F Y"))


def _month(text: str) -> dt.date | None:
    return dt.date.fromisoformat(f"{text}-01") if text else None


def _uid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _url(wanted: dict[str, str], **more: str) -> str:
    return "?" + urlencode({name: value for name, value in (wanted | more).items() if value})
