"""The roof's routes: pages of the wallet and the counter, and the endpoints of journeys."""

from django.urls import include, path

from journeys.checkout import urls as checkout
from journeys.counter import urls as counter
from journeys.home import urls as home
from journeys.operations import urls as operations
from journeys.reversal import urls as reversal
from journeys.topup import urls as topup

urlpatterns = [
    path("", include((home.urlpatterns, "home"))),
    path("w/", include((checkout.urlpatterns, "checkout"))),
    path("w/", include((topup.urlpatterns, "topup"))),
    path("m/", include((counter.urlpatterns, "counter"))),
    path("m/", include((reversal.urlpatterns, "reversal"))),
    path("ops/", include((operations.urlpatterns, "operations"))),
]
api = [*checkout.api, *counter.api, *reversal.api, *topup.api]
