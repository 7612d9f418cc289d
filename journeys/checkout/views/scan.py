from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from foundation import clock
from foundation.errors import Refusal
from foundation.money import Money
from foundation.web import MEMBER, page, say
from journeys.checkout import actions, queries
from journeys.checkout.forms import AmountForm, FrameForm, ScanForm
from journeys.checkout.queries import Scanned
from journeys.checkout.rules import FRAMES_A_MINUTE
from merchants.stores import queries as stores
from wallet.payments import queries as payments
from wallet.payments.rules import OwnShop

LAST_SHOPS = 3


@page(MEMBER, methods=("GET", "POST"))
def scan(request: HttpRequest) -> HttpResponse:
    """Read a shop's code by camera, photo or keyboard, and go where it leads."""
    if request.method != "POST":
        return _scan_page(request, ScanForm())
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _scan_page(request, form)
    try:
        return _lead(request, queries.read_code(text=form.cleaned_data["code"]))
    except Refusal as refusal:
        form.refuse(refusal)
    return _scan_page(request, form)


@page(MEMBER, methods=("POST",))
def frame(request: HttpRequest) -> HttpResponse:
    """Read the code on one frame of the camera, where the browser cannot do it itself."""
    if _frames_this_minute(request) > FRAMES_A_MINUTE:
        return HttpResponse(status=429, headers={"Retry-After": "30"})
    form = FrameForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse(status=422)
    text = form.cleaned_data["frame"]
    return JsonResponse({"text": text}) if text else HttpResponse(status=204)


@page(MEMBER, methods=("GET", "POST"))
def shop(request: HttpRequest, number: str) -> HttpResponse:
    """Ask how much to pay at the shop whose standing code was scanned or number typed."""
    payee = stores.payee(number=number)
    if request.user.pk in payee.owner_user_ids:
        ended = {"title_is": "own_shop", "sentence": say(OwnShop())}
        return render(request, "journeys/checkout/ended.html", ended, status=OwnShop.status)
    form = AmountForm(request.POST or None, currency=payee.currency)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, payee.number, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("checkout:check", request_uid=opened)
    context = {
        "payee": payee,
        "form": form,
        "symbol": "" if payee.currency == "CNY" else payee.currency,
        "autofocus": not form.errors,
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/checkout/amount.html", context, status=status)


def _lead(request: HttpRequest, scanned: Scanned) -> HttpResponse:
    if scanned.request_uid:
        return redirect("checkout:check", request_uid=scanned.request_uid)
    if scanned.amount is None:
        return redirect("checkout:shop", number=scanned.payee.number)
    given = {"amount": scanned.amount, "note": ""}
    return redirect("checkout:check", request_uid=_open(request, scanned.payee.number, given))


def _open(request: HttpRequest, number: str, given: dict[str, Money | str]) -> object:
    opened = actions.start_static(
        payer=request.user,
        store_number=number,
        amount=given["amount"],
        note=given["note"],
        at=clock.now(),
    )
    return opened.uid


def _scan_page(request: HttpRequest, form: ScanForm) -> HttpResponse:
    context = {
        "form": form,
        "shops": payments.list_payees(user=request.user, limit=LAST_SHOPS),
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/checkout/scan.html", context, status=status)


def _frames_this_minute(request: HttpRequest) -> int:
    key = f"frames:{request.user.pk}:{clock.now():%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key)
    except ValueError:  # swept between the two calls
        return 1
