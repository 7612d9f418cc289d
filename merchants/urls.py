"""Routes of this floor: pages, and endpoints in `api`."""

from django.urls import include, path

import merchants.stores.urls as stores

urlpatterns = [path("m/", include((stores.urlpatterns, "stores")))]
api = [*stores.api]
