from django.urls import path

from wallet.ledger import rest

urlpatterns: list = []
api = [
    path("accounts/", rest.AccountsView.as_view(), name="accounts"),
    path("accounts/<int:account_id>/entries/", rest.EntriesView.as_view(), name="entries"),
]
