"""Pages of the submissions app."""

from django.urls import path

from submissions.pages import board_pictures, close, follow, upload

app_name = "submissions"
_COMPETITION = "competitions/<slug:slug>"
_SUBMISSION = "submissions/<uuid:submission_id>"
urlpatterns = [
    path(f"{_COMPETITION}/leaderboard/over-time/", board_pictures.over_time, name="over_time"),
    path(
        f"{_COMPETITION}/leaderboard/efficiency/",
        board_pictures.board_efficiency,
        name="board_efficiency",
    ),
    path(f"{_COMPETITION}/submit/", upload.upload, name="upload"),
    path(f"{_COMPETITION}/submissions/", follow.mine, name="mine"),
    path(f"{_COMPETITION}/submissions/live/", follow.mine_live, name="mine_live"),
    path(f"{_COMPETITION}/close/", close.close, name="close"),
    path(f"{_SUBMISSION}/", follow.detail, name="detail"),
    path(f"{_SUBMISSION}/live/", follow.detail_live, name="detail_live"),
    path(f"{_SUBMISSION}/cancel/", follow.cancel_submission, name="cancel"),
    path(f"{_SUBMISSION}/select/", follow.select_submission, name="select"),
]
