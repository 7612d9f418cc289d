from django.urls import path

from wallet.funding import rest, views

urlpatterns = [
    path("rails/sandbox/callback/", views.sandbox_callback, name="sandbox_callback"),
]
api = [
    path("top-ups/<uuid:uid>/", rest.TopUpView.as_view(), name="top-up"),
]
