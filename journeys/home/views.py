from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from foundation import clock
from foundation.web import MEMBER, PUBLIC, page
from journeys.home import queries

# Says to the next page that the balance was asked for; it holds nothing else, and goes with it.
ASKED_COOKIE = "balance"
ASKED_SECONDS = 20


@page(PUBLIC)
def welcome(request: HttpRequest) -> HttpResponse:
    """Tell a visitor what this is; a member goes on to the wallet."""
    if request.user.is_authenticated:
        return redirect("home:home")
    return render(request, "journeys/home/welcome.html")


@page(MEMBER)
def home(request: HttpRequest) -> HttpResponse:
    """Show every way into the wallet; the balance only right after it was asked for."""
    shown = request.COOKIES.get(ASKED_COOKIE) == "shown"
    context = {
        "home": queries.get_home(user=request.user, at=clock.now()),
        "balance": queries.get_balance(user=request.user) if shown else None,
    }
    response = render(request, "journeys/home/home.html", context)
    if shown:
        response.delete_cookie(ASKED_COOKIE, samesite="Lax")
    return response


@page(MEMBER, methods=("GET", "POST"))
def balance(request: HttpRequest) -> HttpResponse:
    """Show or hide the balance: as a part of the open page, or by way of the whole page."""
    shown = request.POST.get("balance") == "shown"
    if request.htmx:
        amount = queries.get_balance(user=request.user) if shown else None
        return render(request, "journeys/home/balance.html", {"balance": amount})
    response = redirect("home:home")
    if shown:
        response.set_cookie(
            ASKED_COOKIE,
            "shown",
            max_age=ASKED_SECONDS,
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )
    return response
