"""Competitions over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common import blobs
from competitions.models import Award, Competition, Participation
from tests import factories
from tests.clients import api

pytestmark = pytest.mark.django_db


def test_the_list_has_pages_of_fifty() -> None:
    for _ in range(51):
        factories.competition()
    first = api().get("/api/v1/competitions/").json()
    assert set(first) == {"results", "next", "previous"}
    assert (len(first["results"]), first["previous"]) == (50, None)
    second = api().get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (1, None)


def test_a_page_beyond_the_last_is_404() -> None:
    answer = api().get("/api/v1/competitions/?page=9")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_list_takes_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        factories.competition()
    with django_assert_max_num_queries(2):
        api().get("/api/v1/competitions/")


def test_a_competition_tells_what_a_participant_needs() -> None:
    competition = factories.competition(max_files=7)
    task = factories.task(competition, rows=12, train_rows=3)
    Award.objects.create(
        competition=competition,
        slug="best",
        title="Best",
        rule=Award.Rule.TASK_RANK,
        task=task,
    )
    body = api().get(f"/api/v1/competitions/{competition.slug}/").json()
    assert {
        "slug",
        "title",
        "tagline",
        "overview",
        "rules",
        "state",
        "formats",
        "limits",
        "phases",
        "tasks",
        "awards",
        "joined",
    } <= set(body)
    assert body["limits"]["max_files"] == 7
    assert body["phases"][0]["current"] is True
    assert body["tasks"][0]["labels"] == ["neg", "pos"]
    assert (body["tasks"][0]["rows"], body["tasks"][0]["train_rows"]) == (12, 3)
    assert body["awards"][0]["task"] == task.slug
    assert body["joined"] is False


def test_a_competition_never_tells_secrets() -> None:
    competition = factories.competition()
    task = factories.task(competition, train_rows=3)
    assert task.dataset is not None
    text = api().get(f"/api/v1/competitions/{competition.slug}/").content.decode()
    for secret in (
        competition.split_key,
        task.dataset.labels_sha256,
        task.dataset.inputs_sha256,
        "row 1",
    ):
        assert secret not in text


def test_more_tasks_take_no_more_queries(django_assert_max_num_queries: Any) -> None:
    competition = factories.competition()
    for _ in range(8):
        task = factories.task(competition)
        Award.objects.create(
            competition=competition, slug=task.slug, title="x", rule="task_rank", task=task
        )
    entered = factories.participation(competition)
    client = api(entered.user)
    client.get("/api/v1/me/")
    with django_assert_max_num_queries(9):
        assert client.get(f"/api/v1/competitions/{competition.slug}/").json()["joined"]


def test_a_competition_without_a_dataset_yet_is_readable_for_its_organizer() -> None:
    competition = factories.competition(state="draft")
    task = factories.task(competition)
    task.dataset = None
    task.save()
    path = f"/api/v1/competitions/{competition.slug}/"
    assert api(factories.organizer(competition)).get(path).json()["tasks"][0]["rows"] is None
    assert api().get(path).status_code == 404


def test_the_train_split_comes_as_it_is_stored() -> None:
    task = factories.task(factories.competition(), train_rows=4)
    answer = api().get(f"/api/v1/competitions/{task.competition.slug}/tasks/{task.slug}/train/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert f"{task.slug}-train.jsonl" in answer.headers["Content-Disposition"]
    lines = b"".join(answer.streaming_content).splitlines()  # type: ignore[attr-defined]
    assert [json.loads(line)["id"] for line in lines] == ["t0", "t1", "t2", "t3"]


def test_without_a_train_split_there_is_nothing_to_download() -> None:
    task = factories.task(factories.competition())
    path = f"/api/v1/competitions/{task.competition.slug}/tasks/{task.slug}"
    answer = api().get(f"{path}/train/")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_train_split")
    assert len(api().get(f"{path}/examples/").json()) == 1
    assert api().get(f"{path}-no/examples/").json()["code"] == "task_not_found"


def test_images_of_the_train_split_come_alone() -> None:
    task = factories.task(factories.competition(), train_rows=4)
    assert task.dataset is not None
    task.dataset.files_sha256 = blobs.inputs.put_bytes(b"all images").sha256
    task.dataset.save()
    path = f"/api/v1/competitions/{task.competition.slug}/tasks/{task.slug}/train-files/"
    answer = api().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_train_files")
    task.dataset.train_files_sha256 = blobs.inputs.put_bytes(b"some images").sha256
    task.dataset.save()
    answer = api().get(path)
    assert b"".join(answer.streaming_content) == b"some images"  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/zip"
    assert f"{task.slug}-train-files.zip" in answer.headers["Content-Disposition"]


def test_nothing_is_read_of_the_hidden_set() -> None:
    task = factories.task(factories.competition(), train_rows=4)
    assert task.dataset is not None
    blobs.inputs.delete(task.dataset.inputs_sha256)
    blobs.labels.delete(task.dataset.labels_sha256)
    path = f"/api/v1/competitions/{task.competition.slug}"
    for rest in ("/", f"/tasks/{task.slug}/examples/", f"/tasks/{task.slug}/train/"):
        answer = api().get(path + rest)
        assert answer.status_code == 200
        assert b"".join(answer) != b""


def test_joining_is_201_and_then_200() -> None:
    competition, user = factories.competition(), factories.user()
    path = f"/api/v1/competitions/{competition.slug}/join/"
    statuses = [api(user).post(path, {"accept_rules": True}).status_code for _ in range(2)]
    assert statuses == [201, 200]
    body = api(user).post(path, {"accept_rules": True}).json()
    assert (body["competition"], body["participant"]) == (competition.slug, user.username)


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "invalid"), ({"accept_rules": "?"}, "invalid"), ({"accept_rules": False}, None)],
)
def test_joining_needs_the_rules(body: dict[str, object], code: str | None) -> None:
    competition = factories.competition()
    path = f"/api/v1/competitions/{competition.slug}/join/"
    answer = api(factories.user()).post(path, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == (code or "rules_not_accepted")
    assert answer.json()["field"] == "accept_rules"
    assert not Participation.objects.exists()


def test_a_competition_that_does_not_exist_is_told_by_name() -> None:
    answer = api().get("/api/v1/competitions/nowhere/")
    assert (answer.status_code, answer.json()["code"]) == (404, "competition_not_found")
    assert Competition.objects.count() == 0


def test_a_task_tells_all_settings_that_hold() -> None:
    competition = factories.competition()
    factories.task(competition, track="probe", train_rows=8, settings={"preset": "mteb"})
    factories.task(competition, track="finetune", train_rows=8, settings={"preset": "glue"})
    probe, finetune = api().get(f"/api/v1/competitions/{competition.slug}/").json()["tasks"]
    assert probe["settings"] == {"preset": "mteb"}
    assert (finetune["settings"]["learning_rate"], finetune["settings"]["seeds"]) == (2e-5, 3)


def test_one_image_of_the_train_split_is_shown_and_none_of_the_test_rows() -> None:
    task = factories.image_task(factories.competition(), rows=4, train_rows=10)
    path = f"/api/v1/competitions/{task.competition.slug}/tasks/{task.slug}/train-files/"
    answer = api().get(f"{path}train-3.png")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\x89PNG")
    assert answer.content != api().get(f"{path}train-4.png").content
    for name in ("test-0.png", "gone.png", "..%2Ftest-0.png"):
        answer = api().get(f"{path}{name}")
        assert answer.status_code == 404, name
    assert api().get(f"{path}test-0.png").json()["code"] == "no_such_image"


def test_images_that_can_t_be_read_are_not_there() -> None:
    task = factories.task(factories.competition(), train_rows=8)
    assert task.dataset is not None
    path = f"/api/v1/competitions/{task.competition.slug}/tasks/{task.slug}/train-files/a.png"
    assert api().get(path).json()["code"] == "no_train_files"
    task.dataset.train_files_sha256 = blobs.inputs.put_bytes(b"no zip").sha256
    task.dataset.save()
    assert (api().get(path).status_code, api().get(path).json()["code"]) == (404, "no_such_image")
