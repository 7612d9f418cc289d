from django.urls import path

from journeys.home import views

urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("w/", views.home, name="home"),
    path("w/balance/", views.balance, name="balance"),
]
