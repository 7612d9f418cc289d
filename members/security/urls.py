"""Routes of safety: stopping the wallet, limits, the payment PIN, proving who one is."""

from django.urls import path

from members.security import rest, views

urlpatterns = [
    path("w/safety/", views.safety, name="safety"),
    path("w/safety/stop/", views.stop, name="stop"),
    path("w/safety/start/", views.start, name="start"),
    path("w/safety/proof/", views.proof, name="proof"),
    path("w/settings/limits/", views.limits, name="limits"),
    path("w/settings/limits/<slug:which>/", views.limit, name="limit"),
    path("w/settings/pin/", views.pin, name="pin"),
    path("w/settings/pin/forgotten/", views.pin_forgotten, name="pin_forgotten"),
]
api = [path("me/pin/", rest.PinView.as_view(), name="me-pin")]
