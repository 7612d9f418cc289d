import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from foundation import clock
from foundation.errors import Refusal
from foundation.money import Money, format_money
from foundation.web import OPERATOR
from journeys.operations import actions, queries
from journeys.operations.forms import ReasonForm
from merchants.stores.queries import TownDay

View = Callable[..., HttpResponse]


def office(needs: str) -> Callable[[View], View]:
    """Declare a page of the back office: its door, and a permission of the operator's staff."""

    def declare(view: View) -> View:
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(needs):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return admin.site.admin_view(checked)(request, *args, **kwargs)

        guarded.permission = OPERATOR  # type: ignore[attr-defined]
        return guarded

    return declare


def add_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add today's figures to the first page of the back office."""
    home = queries.get_home(at=clock.now())
    return {**context, "title": gettext("Today"), "home": home, "chart": _chart(home.days)}


def _chart(days: Sequence[TownDay]) -> dict[str, Any]:
    """Place a bar for each day on a canvas of (100 a bar) by 100, with its row of the table."""
    most = max([1, *(day.captured_minor for day in days)])
    rows = [
        {
            "label": date_format(day.date, "m-d"),
            "x": number * 100 + 15,
            "y": f"{100 - 100 * day.captured_minor / most:.4g}",
            "height": f"{100 * day.captured_minor / most:.4g}",
            "weekend": day.date.isoweekday() > 5,
            "minor": day.captured_minor,
            "count": day.captured_count,
            "text": _shown(day.captured_minor),
            "refunded": _shown(day.refunded_minor),
        }
        for number, day in enumerate(days)
    ]
    best = max(rows, key=lambda row: row["minor"]) if rows else None
    return {"rows": rows, "width": len(rows) * 100, "best": best}


def _shown(amount_minor: int) -> str:
    return format_money(Money(amount_minor, queries.CURRENCY), get_language() or "en")


@office("wallet.view_ledgeraccount")
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Show what each kind of account holds; each currency sums to zero."""
    return _page(
        request,
        "trial_balance",
        title=gettext("Trial balance"),
        balances=queries.list_trial_balances(),
        at=clock.now(),
    )


@office("wallet.view_ledgeraccount")
def books(request: HttpRequest) -> HttpResponse:
    """Show the last proof of the books, and start the next one."""
    if request.method == "POST":
        actions.ask_for_proof(actor=request.user, at=clock.now())
        return redirect("operations:books")
    proof = queries.find_proof()
    under_way = proof is not None and proof.under_way
    return _page(
        request, "books", title=gettext("Proof of the books"), proof=proof, under_way=under_way
    )


@office("foundation.view_user")
def phone(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask for a reason, then show a person's whole number, once."""
    form = ReasonForm(request.POST or None)
    back = reverse("admin:foundation_user_change", args=[user_id])
    number = ""
    if request.method == "POST" and form.is_valid():
        try:
            number = actions.reveal_phone(
                user_id=user_id,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.info(request, gettext("Your look at this number was written down."))
    return _page(
        request,
        "phone",
        title=gettext("Show the whole number"),
        form=form,
        number=number,
        back=back,
    )


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    return render(
        request,
        f"journeys/operations/{name}.html",
        {**admin.site.each_context(request), **context},
    )
