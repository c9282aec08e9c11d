"""Pages of the publications app."""

from django.urls import path

from publications import pages

app_name = "publications"
urlpatterns = [
    path("log/", pages.log, name="log"),
    path("keys/", pages.keys, name="keys"),
]
