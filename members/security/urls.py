"""Routes of safety: freezing, limits and the payment PIN."""

from django.urls import path

from members.security import views

urlpatterns = [
    path("w/safety/", views.safety, name="safety"),
]
