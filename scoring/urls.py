"""Pages of the scoring app."""

from django.urls import path

from scoring import pages

app_name = "scoring"
urlpatterns = [
    path("competitions/<slug:slug>/leaderboard/", pages.leaderboard, name="leaderboard"),
    path("competitions/<slug:slug>/awards/", pages.awards, name="awards"),
]
