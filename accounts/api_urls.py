"""API addresses of the accounts app, below /api/v1/."""

from django.urls import path

from accounts import api

urlpatterns = [
    path("me/", api.MeView.as_view(), name="me"),
    path("tokens/", api.TokensView.as_view(), name="tokens"),
    path("tokens/<int:token_id>/", api.TokenView.as_view(), name="token"),
]
