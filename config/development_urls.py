"""Pages of a laptop only: the inbox of the sandboxes and the catalogue of components."""

from django.urls import include, path

from foundation import styleguide
from foundation.messages import urls as messages

urlpatterns = [
    path("w/styleguide/", styleguide.styleguide, name="styleguide"),
    path("", include((messages.urlpatterns, "messages"))),
]
