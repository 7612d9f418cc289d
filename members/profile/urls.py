"""Routes of settings, notices and help; `look` are the forms of every page's header."""

from django.urls import path

from members.profile import rest, views

look = [
    path("look/senior/", views.senior, name="senior"),
    path("look/language/", views.language, name="language"),
]

urlpatterns = [
    path("w/settings/", views.settings_hub, name="settings"),
    path("w/settings/size/", views.size, name="size"),
    path("w/settings/contrast/", views.contrast, name="contrast"),
    path("w/settings/voice/", views.voice, name="voice"),
    path("w/settings/language/", views.choose_language, name="language"),
    path("w/settings/name/", views.name, name="name"),
    path("w/notices/", views.notices, name="notices"),
    path("w/help/", views.help_page, name="help"),
]
api = [path("me/", rest.MeView.as_view(), name="me")]
