"""Pages of the scoring app."""

from django.urls import path

from scoring import award_pages, old_boards_pages, pages, records_pages, strengths_pages

app_name = "scoring"
urlpatterns = [
    path("competitions/<slug:slug>/leaderboard/", pages.leaderboard, name="leaderboard"),
    path(
        "competitions/<slug:slug>/leaderboard/strengths/",
        strengths_pages.strengths,
        name="strengths",
    ),
    path(
        "competitions/<slug:slug>/leaderboard/before/<int:rescoring_id>/",
        old_boards_pages.board_before,
        name="board_before",
    ),
    path("competitions/<slug:slug>/awards/", award_pages.awards, name="awards"),
    path("competitions/<slug:slug>/awards/dispute/", award_pages.dispute, name="dispute"),
    path(
        "competitions/<slug:slug>/awards/<int:grant_id>/certificate.pdf",
        award_pages.certificate,
        name="certificate",
    ),
    path(
        "competitions/<slug:slug>/awards/<int:grant_id>/badge.svg", award_pages.badge, name="badge"
    ),
    path("competitions/<slug:slug>/export/awards.csv", award_pages.awards_csv, name="awards-csv"),
    path(
        "competitions/<slug:slug>/export/awards.json", award_pages.awards_json, name="awards-json"
    ),
    path("competitions/<slug:slug>/export/board.csv", award_pages.board_csv, name="board-csv"),
    path("competitions/<slug:slug>/export/board.json", award_pages.board_json, name="board-json"),
    path("competitions/<slug:slug>/release/", records_pages.release, name="release"),
]
