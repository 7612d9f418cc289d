from django.urls import path

from merchants.stores import rest, views

urlpatterns = [
    path("", views.portal, name="portal"),
    path("stores/<uuid:store_uid>/", views.today, name="today"),
    path("stores/<uuid:store_uid>/arrivals/", views.arrivals, name="arrivals"),
    path("stores/<uuid:store_uid>/about/", views.about, name="about"),
    path("stores/<uuid:store_uid>/about/poster/", views.poster, name="poster"),
    path("stores/<uuid:store_uid>/about/staff/", views.hire, name="hire"),
    path(
        "stores/<uuid:store_uid>/about/staff/<uuid:staff_uid>/", views.dismissal, name="dismissal"
    ),
]
api = [path("stores/", rest.StoreList.as_view(), name="stores")]
