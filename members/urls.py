"""Routes of this floor: pages, and endpoints in `api`."""

from django.urls import include, path

from members.joining import urls as joining
from members.profile import urls as profile
from members.security import urls as security

urlpatterns = [
    path("", include((joining.urlpatterns, "joining"))),
    path("", include((profile.look, "look"))),
    path("", include((profile.urlpatterns, "profile"))),
    path("", include((security.urlpatterns, "security"))),
]
api = [*profile.api, *security.api]
