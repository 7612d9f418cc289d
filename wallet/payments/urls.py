from django.urls import path

from wallet.payments import rest

urlpatterns: list = []
api = [
    path(
        "payment-requests/<uuid:uid>/",
        rest.PaymentRequestView.as_view(),
        name="payment-request",
    ),
    path("payments/", rest.PaymentsView.as_view(), name="payments"),
    path("payments/<uuid:uid>/", rest.PaymentView.as_view(), name="payment"),
]
