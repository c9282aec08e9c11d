"""API addresses of the scoring app, below /api/v1/."""

from django.urls import path

from scoring import api

_COMPETITION = "competitions/<slug:slug>/"

urlpatterns = [
    path(f"{_COMPETITION}leaderboard/", api.LeaderboardView.as_view(), name="leaderboard"),
    path(f"{_COMPETITION}awards/", api.AwardsView.as_view(), name="awards"),
    path(f"{_COMPETITION}close/", api.CloseView.as_view(), name="close"),
]
