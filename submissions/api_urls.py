"""API addresses of the submissions app, below /api/v1/."""

from django.urls import path

from submissions import api, board_api, records_api

_COMPETITION = "competitions/<slug:slug>/"
_UPLOAD = "uploads/<uuid:upload_id>/"
_SUBMISSION = "submissions/<uuid:submission_id>/"

urlpatterns = [
    path(f"{_COMPETITION}uploads/", api.UploadsView.as_view(), name="uploads"),
    path(f"{_UPLOAD}files/<str:sha256>/", api.UploadFileView.as_view(), name="upload-file"),
    path(f"{_UPLOAD}submit/", api.UploadSubmitView.as_view(), name="upload-submit"),
    path(
        f"{_COMPETITION}leaderboard/history/",
        board_api.HistoryView.as_view(),
        name="leaderboard-history",
    ),
    path(
        f"{_COMPETITION}leaderboard/efficiency/",
        board_api.BoardEfficiencyView.as_view(),
        name="leaderboard-efficiency",
    ),
    path(f"{_COMPETITION}submissions/", api.SubmissionsView.as_view(), name="submissions"),
    path(_SUBMISSION, api.SubmissionView.as_view(), name="submission"),
    path(f"{_SUBMISSION}sample-log/", api.SampleLogView.as_view(), name="submission-sample-log"),
    path(f"{_SUBMISSION}details/", api.DetailsView.as_view(), name="submission-details"),
    path(f"{_SUBMISSION}trainings/", api.TrainingsView.as_view(), name="submission-trainings"),
    path(f"{_SUBMISSION}records/", records_api.RecordsView.as_view(), name="submission-records"),
    path(
        f"{_SUBMISSION}records/<slug:task_slug>/<slug:split>/",
        records_api.RecordView.as_view(),
        name="submission-record",
    ),
    path(f"{_SUBMISSION}replay/", records_api.ReplayView.as_view(), name="submission-replay"),
    path(f"{_SUBMISSION}cancel/", api.CancelView.as_view(), name="submission-cancel"),
    path(f"{_SUBMISSION}select/", api.SelectView.as_view(), name="submission-select"),
]
