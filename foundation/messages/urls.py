"""Route of the development inbox; only config.development_urls names it."""

from django.urls import path

from foundation.messages import views

urlpatterns = [path("dev/inbox/", views.inbox, name="inbox")]
