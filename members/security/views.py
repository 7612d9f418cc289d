from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.web import PUBLIC, page


@page(PUBLIC)
def safety(request: HttpRequest) -> HttpResponse:
    """Say how people are cheated, and what stops it."""
    return render(request, "members/security/safety.html")
