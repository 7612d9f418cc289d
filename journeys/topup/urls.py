from django.urls import path

from journeys.topup import rest

urlpatterns: list = []
api = [path("top-ups/", rest.TopUpsView.as_view(), name="top-ups")]
