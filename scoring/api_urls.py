"""API addresses of the scoring app, below /api/v1/."""

from django.urls import path

from scoring import api, ceremony_api, old_boards_api, records_api

_COMPETITION = "competitions/<slug:slug>/"

urlpatterns = [
    path(f"{_COMPETITION}leaderboard/", api.LeaderboardView.as_view(), name="leaderboard"),
    path(
        f"{_COMPETITION}leaderboard/before/",
        old_boards_api.OldBoardsView.as_view(),
        name="old-boards",
    ),
    path(f"{_COMPETITION}awards/", api.AwardsView.as_view(), name="awards"),
    path(f"{_COMPETITION}awards.csv", ceremony_api.AwardsFileView.as_view(), name="awards-csv"),
    path(f"{_COMPETITION}leaderboard.csv", ceremony_api.BoardFileView.as_view(), name="board-csv"),
    path(f"{_COMPETITION}ceremony/", ceremony_api.CeremonyView.as_view(), name="ceremony"),
    path(f"{_COMPETITION}disputes/", ceremony_api.DisputesView.as_view(), name="disputes"),
    path(
        f"{_COMPETITION}awards/records/",
        records_api.GrantRecordsView.as_view(),
        name="award-records",
    ),
    path(
        f"{_COMPETITION}awards/records/<int:grant_id>/",
        records_api.GrantRecordView.as_view(),
        name="award-record",
    ),
    path(
        f"{_COMPETITION}results/record/",
        records_api.ResultsRecordView.as_view(),
        name="results-record",
    ),
    path(f"{_COMPETITION}close/", api.CloseView.as_view(), name="close"),
]
