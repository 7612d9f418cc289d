"""Pages of a laptop only: the inbox of the sandboxes and the catalogue of components."""

from django.urls import path

from foundation import styleguide

urlpatterns = [path("w/styleguide/", styleguide.styleguide, name="styleguide")]
