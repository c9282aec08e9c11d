"""API addresses of the competitions app, below /api/v1/."""

from django.urls import path

from competitions import api

_TASK = "competitions/<slug:slug>/tasks/<slug:task_slug>/"

urlpatterns = [
    path("competitions/", api.CompetitionsView.as_view(), name="competitions"),
    path("competitions/<slug:slug>/", api.CompetitionView.as_view(), name="competition"),
    path("competitions/<slug:slug>/join/", api.JoinView.as_view(), name="join"),
    path(f"{_TASK}train/", api.TrainView.as_view(), name="train"),
    path(f"{_TASK}train-files/", api.TrainFilesView.as_view(), name="train_files"),
    path(f"{_TASK}train-files/<str:name>", api.TrainImageView.as_view(), name="train_image"),
    path(f"{_TASK}examples/", api.ExamplesView.as_view(), name="examples"),
]
