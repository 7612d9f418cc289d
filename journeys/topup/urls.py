from django.urls import path

from journeys.topup import rest, views

urlpatterns = [
    path("topup/", views.amount, name="amount"),
    path("topup/<uuid:uid>/", views.bank, name="bank"),
    path("topup/<uuid:uid>/live/", views.live, name="live"),
]
api = [path("top-ups/", rest.TopUpsView.as_view(), name="top-ups")]
