"""The operator's own pages, beside the lists of records."""

from django.urls import path

from journeys.operations import admin, views

admin.put_up_the_door()

urlpatterns = [
    path("trial-balance/", views.trial_balance, name="trial_balance"),
    path("books/", views.books, name="books"),
    path("people/<int:user_id>/phone/", views.phone, name="phone"),
]
