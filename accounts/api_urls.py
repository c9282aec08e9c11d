"""API addresses of the accounts app, below /api/v1/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
