from django.urls import path

from journeys.counter import rest, views

STORE = "stores/<uuid:store_uid>/"
COLLECT = f"{STORE}collect/"
REQUEST = f"{COLLECT}<uuid:request_uid>/"

urlpatterns = [
    path(COLLECT, views.collect, name="collect"),
    path(REQUEST, views.show_request, name="request"),
    path(f"{REQUEST}live/", views.live_request, name="live"),
    path(f"{REQUEST}cancellation/", views.cancellation, name="cancellation"),
    path(f"{COLLECT}scan/", views.scan, name="scan"),
    path(f"{COLLECT}scan/frame/", views.frame, name="frame"),
    path(f"{STORE}payments/", views.list_payments, name="payments"),
    path(f"{STORE}payments/<uuid:payment_uid>/", views.show_payment, name="payment"),
]
api = [
    path(f"{STORE}payment-requests/", rest.RequestList.as_view(), name="store-requests"),
    path(
        f"{STORE}payment-requests/<uuid:request_uid>/",
        rest.RequestPage.as_view(),
        name="store-request",
    ),
    path(
        f"{STORE}payment-requests/<uuid:request_uid>/cancellation/",
        rest.Cancellation.as_view(),
        name="store-request-cancellation",
    ),
    path(f"{STORE}pay-code-charges/", rest.PayCodeCharges.as_view(), name="pay-code-charges"),
    path(f"{STORE}payments/", rest.StorePayments.as_view(), name="store-payments"),
]
