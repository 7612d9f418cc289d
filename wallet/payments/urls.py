from django.urls import path

from wallet.payments import rest, views

urlpatterns = [
    path("history/", views.history, name="history"),
    path("history/<uuid:uid>/", views.record, name="record"),
    path("history/<uuid:uid>/receipt/", views.receipt, name="receipt"),
]
api = [
    path(
        "payment-requests/<uuid:uid>/",
        rest.PaymentRequestView.as_view(),
        name="payment-request",
    ),
    path("payments/", rest.PaymentsView.as_view(), name="payments"),
    path("payments/<uuid:uid>/", rest.PaymentView.as_view(), name="payment"),
]
