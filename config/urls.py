"""The routes of the house. Each floor names its own; this file only says where they hang."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.permissions import AllowAny

import journeys.urls as journeys
import members.urls as members
import merchants.urls as merchants
import wallet.urls as wallet
from foundation.health import healthz, readyz
from foundation.rest import api_not_found

api = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerView.as_view(url_name="schema", permission_classes=[AllowAny]),
        name="docs",
    ),
    # Each floor's urls.py lists its endpoints in `api`, beside its pages in `urlpatterns`.
    *(route for floor in (journeys, members, merchants, wallet) for route in floor.api),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("journeys.urls")),
    path("", include("members.urls")),
    path("", include("merchants.urls")),
    path("", include("wallet.urls")),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("ops/", admin.site.urls),
    path("api/v1/", include(api)),
    re_path(r"^api/(?P<rest>.*)$", api_not_found),
]

if settings.DEVELOPMENT_PAGES:
    urlpatterns += [path("", include("config.development_urls"))]
