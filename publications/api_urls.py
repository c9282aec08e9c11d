"""API addresses of the publications app, below /api/v1/."""

from django.urls import path

from publications import api

urlpatterns = [
    path("log/", api.LogView.as_view(), name="log"),
    path("keys/", api.KeysView.as_view(), name="keys"),
]
