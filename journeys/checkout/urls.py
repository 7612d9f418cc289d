from django.urls import path

from journeys.checkout import rest, views

urlpatterns = [
    path("code/", views.pay_code, name="code"),
    path("code/next/", views.next_code, name="next_code"),
    path("code/status/", views.code_status, name="code_status"),
    path("scan/", views.scan, name="scan"),
    path("scan/frame/", views.frame, name="frame"),
    path("shop/<str:number>/", views.shop, name="shop"),
    path("pay/<uuid:request_uid>/", views.check, name="check"),
    path("pay/<uuid:request_uid>/pin/", views.pin, name="pin"),
    path("pay/<uuid:request_uid>/refusal/", views.refusal, name="refusal"),
    path("pay/<uuid:request_uid>/status/", views.status, name="status"),
    path("pay/<uuid:request_uid>/live/", views.live_status, name="live"),
    path("pay/<uuid:request_uid>/done/", views.done, name="done"),
]
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
    path("scans/", rest.ScansView.as_view(), name="scans"),
    path("static-requests/", rest.StaticRequestsView.as_view(), name="static-requests"),
    path("pay-codes/", rest.PayCodesView.as_view(), name="pay-codes"),
]
