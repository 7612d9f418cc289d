"""Routes of joining: one step a page."""

from django.urls import path

from members.joining import views

urlpatterns = [
    path("join/", views.start, name="start"),
    path("join/phone/", views.phone, name="phone"),
    path("join/code/", views.code, name="code"),
    path("join/code/again/", views.code_again, name="code_again"),
    path("join/name/", views.name, name="name"),
    path("join/pin/", views.pin, name="pin"),
    path("join/done/", views.done, name="done"),
    path("join/resume/<str:token>/", views.resume, name="resume"),
]
