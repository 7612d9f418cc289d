"""Routes of this floor: pages, and endpoints in `api`."""

from django.urls import include, path

from wallet.funding import urls as funding
from wallet.ledger import urls as ledger
from wallet.payments import urls as payments

urlpatterns = [
    path("", include((funding.urlpatterns, "funding"))),
    path("w/", include((payments.urlpatterns, "payments"))),
]
api = [*ledger.api, *payments.api, *funding.api]
