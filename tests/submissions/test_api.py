"""Upload, submit and follow over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from common import blobs
from competitions.models import Participation, Team, TeamMember
from submissions.models import ReceivedFile, Submission, Upload
from tests import factories
from tests.clients import api, manifest

pytestmark = pytest.mark.django_db

MODEL = {"config.json": b"{}", "model.safetensors": b"weights"}
FIELDS = {
    "id",
    "competition",
    "number",
    "state",
    "error_code",
    "message",
    "format",
    "declared",
    "created_at",
    "queue_position",
    "missing_guarantees",
    "tasks",
    "public_score",
    "held_back",
    "selected_final",
}
TASK_FIELDS = {
    "slug",
    "state",
    "error_code",
    "message",
    "done",
    "total",
    "rate",
    "seconds_left",
    "public_points",
    "public_value",
    "public_sd",
    "rounds",
}


@pytest.fixture
def owner() -> Participation:
    return factories.participation(factories.competition())


@pytest.fixture
def client(owner: Participation) -> APIClient:
    return api(owner.user)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def open_upload(client: APIClient, owner: Participation, files: Any = None) -> Any:
    listed = manifest(MODEL) if files is None else files
    path = f"/api/v1/competitions/{owner.competition.slug}/uploads/"
    return client.post(path, {"files": listed})


def send(client: APIClient, upload: str, data: bytes, **headers: Any) -> Any:
    path = f"/api/v1/uploads/{upload}/files/{sha256(data)}/"
    headers.setdefault("CONTENT_LENGTH", str(len(data)))
    return client.generic("PUT", path, data, content_type="application/octet-stream", **headers)


def submit(client: APIClient, owner: Participation, files: dict[str, bytes] | None = None) -> Any:
    files = MODEL if files is None else files
    upload = open_upload(client, owner, manifest(files)).json()["id"]
    for data in files.values():
        assert send(client, upload, data).status_code == 201
    return client.post(f"/api/v1/uploads/{upload}/submit/")


def test_the_whole_way_from_announcing_to_following(
    client: APIClient, owner: Participation
) -> None:
    task = factories.task(owner.competition)
    opened = open_upload(client, owner)
    assert opened.status_code == 201
    assert set(opened.json()) == {"id", "missing", "expires_at"}
    assert set(opened.json()["missing"]) == {sha256(data) for data in MODEL.values()}
    sent = send(client, opened.json()["id"], b"weights")
    assert (sent.status_code, sent.json()) == (201, {"sha256": sha256(b"weights"), "size": 7})
    assert open_upload(client, owner).json()["missing"] == [sha256(b"{}")]
    made = submit(client, owner)
    assert made.status_code == 201
    body = client.get(f"/api/v1/submissions/{made.json()['id']}/").json()
    assert body == made.json()
    assert set(body) == FIELDS
    assert [set(row) for row in body["tasks"]] == [TASK_FIELDS]
    assert (body["state"], body["number"], body["tasks"][0]["slug"]) == ("received", 1, task.slug)
    assert "." not in body["created_at"]
    listed = client.get(f"/api/v1/competitions/{owner.competition.slug}/submissions/").json()
    assert listed == {"results": [body], "next": None, "previous": None}


def test_wrong_content_is_422_and_nothing_is_kept(client: APIClient, owner: Participation) -> None:
    upload = open_upload(client, owner).json()["id"]
    path = f"/api/v1/uploads/{upload}/files/{sha256(b'weights')}/"
    for data in (b"wrongly", b"short", b"much too long"):
        answer = client.generic("PUT", path, data)
        assert (answer.status_code, answer.json()["code"]) == (422, "checksum_mismatch")
    assert not blobs.models.exists(sha256(b"weights"))
    assert not ReceivedFile.objects.exists()


def test_a_client_that_hangs_up_leaves_nothing(client: APIClient, owner: Participation) -> None:
    upload = open_upload(client, owner).json()["id"]
    path = f"/api/v1/uploads/{upload}/files/{sha256(b'weights')}/"
    cut_off = {"CONTENT_LENGTH": "7", "wsgi.input": io.BytesIO(b"weig")}
    answer = client.generic("PUT", path, **cut_off)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert not blobs.models.exists(sha256(b"weig"))
    assert not ReceivedFile.objects.exists()


@pytest.mark.parametrize(
    ("length", "status", "code"),
    [
        ("", 411, "length_required"),
        ("many", 400, "bad_length"),
        ("-7", 400, "bad_length"),
        ("²", 400, "bad_length"),
    ],
)
def test_the_length_is_required(
    client: APIClient, owner: Participation, length: str, status: int, code: str
) -> None:
    upload = open_upload(client, owner).json()["id"]
    answer = send(client, upload, b"weights", CONTENT_LENGTH=length)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_empty_file_is_never_missing_and_can_be_sent(
    client: APIClient, owner: Participation
) -> None:
    files = {"config.json": b"{}", "notes.txt": b""}
    assert open_upload(client, owner, manifest(files)).json()["missing"] == [sha256(b"{}")]
    assert submit(client, owner, files).status_code == 201


def test_a_lie_about_an_empty_file_does_not_enter(client: APIClient, owner: Participation) -> None:
    listed = [
        {"path": "config.json", "size": 0, "sha256": sha256(b"{}")},
        *manifest({"a.txt": b"a"}),
    ]
    upload = open_upload(client, owner, listed).json()
    assert upload["missing"] == [sha256(b"a"), sha256(b"{}")]
    assert send(client, upload["id"], b"a").status_code == 201
    assert client.post(f"/api/v1/uploads/{upload['id']}/submit/").status_code == 409


@pytest.mark.parametrize(
    "kind", ["application/octet-stream", "application/x-www-form-urlencoded", "text/plain", ""]
)
def test_bytes_are_bytes_whatever_they_are_called(
    client: APIClient, owner: Participation, kind: str
) -> None:
    upload = open_upload(client, owner).json()["id"]
    path = f"/api/v1/uploads/{upload}/files/{sha256(b'weights')}/"
    assert client.generic("PUT", path, b"weights", content_type=kind).status_code == 201


def test_a_session_needs_its_csrf_token_to_send(owner: Participation) -> None:
    upload = open_upload(api(owner.user), owner).json()["id"]
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(owner.user)
    refused = send(browser, upload, b"weights")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    browser.cookies["csrftoken"] = "a" * 32
    assert send(browser, upload, b"weights", HTTP_X_CSRFTOKEN="a" * 32).status_code == 201


def test_another_users_upload_does_not_exist_for_me(
    client: APIClient, owner: Participation
) -> None:
    upload = open_upload(client, owner).json()["id"]
    rival = api(factories.participation(owner.competition).user)
    for answer in (
        send(rival, upload, b"weights"),
        rival.post(f"/api/v1/uploads/{upload}/submit/"),
        rival.post(f"/api/v1/uploads/{uuid.uuid4()}/submit/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "upload_not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "files"),
        ({"files": "config.json"}, "files"),
        ({"files": ["config.json"]}, "files[0]"),
        ({"files": [{"path": "a", "sha256": "0" * 64}]}, "files[0].size"),
        ({"files": [{"path": "a", "sha256": "0" * 64, "size": -1}]}, "files[0].size"),
        ({"files": [{"path": "a", "sha256": "0" * 64, "size": 2**60}]}, "files[0].size"),
        ({"files": [{"path": "a", "sha256": "0" * 65, "size": 1}]}, "files[0].sha256"),
        ({"files": [{"path": "a\x00", "sha256": "0" * 64, "size": 1}]}, "files[0].path"),
        ({"files": [{"path": "", "sha256": "0" * 64, "size": 1}]}, "files[0].path"),
        ({"files": [{}] * 10_001}, "files"),
    ],
)
def test_a_malformed_manifest_names_the_place(
    client: APIClient, owner: Participation, body: Any, field: str
) -> None:
    path = f"/api/v1/competitions/{owner.competition.slug}/uploads/"
    answer = client.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["field"].startswith(field.split("[")[0])
    assert not Upload.objects.exists()


@given(
    files=st.lists(
        st.fixed_dictionaries(
            {
                "path": st.text(max_size=40)
                | st.sampled_from(["config.json", "a/../b", "a" * 301]),
                "size": st.integers(-(2**70), 2**70) | st.just(3),
                "sha256": st.text(max_size=70) | st.just("0" * 64),
            }
        )
        | st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
        max_size=4,
    )
)
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_manifest_gets_an_upload_or_a_clear_refusal(
    client: APIClient, owner: Participation, files: list[dict[str, Any]]
) -> None:
    before = Upload.objects.count()
    path = f"/api/v1/competitions/{owner.competition.slug}/uploads/"
    answer = client.generic(
        "POST", path, json.dumps({"files": files}), content_type="application/json"
    )
    if answer.status_code == 201:
        upload = Upload.objects.get(pk=answer.json()["id"])
        assert sum(file["size"] for file in upload.manifest) > 0
    else:
        assert answer.status_code in {400, 413, 422}
        assert {"code", "message"} <= set(answer.json()) <= {"code", "message", "field"}
        assert Upload.objects.count() == before


def test_refusals_of_services_keep_their_status_and_code(
    client: APIClient, owner: Participation
) -> None:
    submit(client, owner)
    answers = [
        open_upload(client, owner),
        open_upload(api(factories.user()), owner),
        open_upload(client, owner, manifest({"evil.pkl": b"x"})),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (409, "duplicate_submission"),
        (403, "not_joined"),
        (422, "pickle_weights"),
    ]
    owner.competition.phases.update(daily_limit=1)
    full = open_upload(client, owner, manifest({"config.json": b"[]"}))
    assert (full.status_code, full.json()["code"]) == (429, "daily_limit")


def test_another_participants_submission_does_not_exist_for_me(
    client: APIClient, owner: Participation
) -> None:
    made = submit(client, owner).json()["id"]
    for stranger in (factories.user(), factories.participation(owner.competition).user):
        for method, rest in (("get", ""), ("post", "cancel/"), ("post", "select/")):
            answer = getattr(api(stranger), method)(f"/api/v1/submissions/{made}/{rest}")
            assert (answer.status_code, answer.json()["code"]) == (404, "submission_not_found")


def test_a_team_shares_its_submissions() -> None:
    competition = factories.competition()
    team = Team.objects.create(competition=competition, name="Two")
    members = [factories.user() for _ in range(2)]
    for member in members:
        TeamMember.objects.create(team=team, user=member, competition=competition)
    owner = factories.participation(competition, user=None, team=team)
    first, second = (api(member) for member in members)
    made = submit(first, owner).json()
    assert second.get(f"/api/v1/submissions/{made['id']}/").json() == made
    path = f"/api/v1/competitions/{competition.slug}/submissions/"
    assert second.get(path).json()["results"] == [made]


def test_cancel_and_select_answer_with_the_new_standing(
    client: APIClient, owner: Participation
) -> None:
    made = submit(client, owner).json()["id"]
    early = client.post(f"/api/v1/submissions/{made}/select/")
    assert (early.status_code, early.json()["code"]) == (409, "not_scored")
    assert client.post(f"/api/v1/submissions/{made}/cancel/").json()["state"] == "cancelled"
    late = client.post(f"/api/v1/submissions/{made}/cancel/")
    assert (late.status_code, late.json()["code"]) == (409, "not_cancellable")
    scored = factories.submission(owner, state="scored")
    chosen = client.post(f"/api/v1/submissions/{scored.pk}/select/").json()
    assert chosen["selected_final"] is True


def test_an_organizer_reads_a_submission_and_may_not_choose_for_others(
    owner: Participation,
) -> None:
    scored = factories.submission(owner, state="scored")
    organizer = api(factories.organizer(owner.competition))
    assert organizer.get(f"/api/v1/submissions/{scored.pk}/").status_code == 200
    refused = organizer.post(f"/api/v1/submissions/{scored.pk}/select/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")


def test_the_list_takes_a_fixed_number_of_queries(
    client: APIClient, owner: Participation, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        factories.task(owner.competition)
    for _ in range(8):
        factories.run(factories.submission(owner, state="scored"), state="done")
    path = f"/api/v1/competitions/{owner.competition.slug}/submissions/"
    with django_assert_max_num_queries(14):
        assert len(client.get(path).json()["results"]) == 8


def test_nothing_of_a_log_or_worker_is_told(client: APIClient, owner: Participation) -> None:
    factories.task(owner.competition)
    run = factories.run(
        factories.submission(owner, state="scored"),
        state="done",
        worker="host-secret",
        reason="reason-secret",
        usage={"wall_seconds": 1.2345},
        log_sha256="f" * 64,
    )
    run.tasks.update(report={"seconds": 1.2345})
    text = client.get(f"/api/v1/submissions/{run.submission_id}/").content.decode()
    for secret in ("host-secret", "reason-secret", "1.2345", "f" * 64, run.key):
        assert secret not in text


def test_a_run_that_no_worker_may_take_names_what_they_lack(
    client: APIClient, owner: Participation
) -> None:
    waiting = factories.submission(owner, state="queued")
    factories.run(waiting, missing=["kernel_isolation", "memory_bound"])
    body = client.get(f"/api/v1/submissions/{waiting.pk}/").json()
    assert body["missing_guarantees"] == ["kernel_isolation", "memory_bound"]


@pytest.mark.parametrize("accept", ["text/plain", "application/json", "text/html"])
def test_the_sample_log_is_plain_text_and_nothing_else(
    client: APIClient, owner: Participation, accept: str
) -> None:
    made = factories.submission(owner, state="scored")
    said, hidden = b"<script>alert(1)</script>\x1b[31m", b"hidden row 7"
    factories.run(
        made,
        state="done",
        smoke_outcome="ok",
        smoke_log_sha256=blobs.logs.put_bytes(said).sha256,
        log_sha256=blobs.logs.put_bytes(hidden).sha256,
    )
    answer = client.get(f"/api/v1/submissions/{made.pk}/sample-log/", HTTP_ACCEPT=accept)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == b"<script>alert(1)</script>\n"


def test_without_a_sample_run_there_is_no_log(client: APIClient, owner: Participation) -> None:
    made = factories.submission(owner, state="queued")
    factories.run(made)
    path = f"/api/v1/submissions/{made.pk}/sample-log/"
    answer = client.get(path, HTTP_ACCEPT="text/plain")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_sample_log")
    stranger = api(factories.user()).get(path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "submission_not_found")


def test_the_body_is_not_read_before_the_asker_is_known(owner: Participation) -> None:
    upload = open_upload(api(owner.user), owner).json()["id"]
    answer = send(APIClient(), upload, b"weights")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert Submission.objects.count() == 0
