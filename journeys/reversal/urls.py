from django.urls import path

from journeys.reversal import rest, views

PAYMENT = "stores/<uuid:store_uid>/payments/<uuid:payment_uid>/"

urlpatterns = [
    path(f"{PAYMENT}refund/", views.refund, name="refund"),
    path(f"{PAYMENT}refund/<uuid:refund_uid>/", views.done, name="done"),
]
api = [path("payments/<uuid:payment_uid>/refunds/", rest.Refunds.as_view(), name="refunds")]
