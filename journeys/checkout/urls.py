from django.urls import path

from journeys.checkout import rest

urlpatterns: list = []
api = [
    path(
        "payment-requests/<uuid:uid>/payment/",
        rest.PaymentOfRequestView.as_view(),
        name="payment-of-request",
    ),
    path(
        "payment-requests/<uuid:uid>/cancellation/",
        rest.CancellationOfRequestView.as_view(),
        name="cancellation-of-request",
    ),
    path("static-requests/", rest.StaticRequestsView.as_view(), name="static-requests"),
    path("pay-codes/", rest.PayCodesView.as_view(), name="pay-codes"),
]
