"""Who may read which record and which file behind it: nobody before the close, then by rule."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common import blobs
from competitions.models import Competition
from publications.models import Publication
from scoring.models import LeaderboardEntry, ScoreRecord, TaskScore
from scoring.records import read_envelope
from scoring.services.score_records import write_record
from scoring.services.signing import Signer
from submissions.models import Predictions, Run, Submission
from tests import factories

pytestmark = pytest.mark.django_db
PREDICTIONS, LABELS = b'{"id": "canary-prediction"}\n', b'{"id": "canary-label"}\n'


class World:
    """A competition with two scored submissions of one participant; the first is on the board."""

    def __init__(self) -> None:
        self.competition = factories.competition(slug="cup")
        self.organizer = factories.organizer(self.competition)
        self.task = factories.task(self.competition, slug="films")
        assert self.task.dataset is not None
        self.task.dataset.labels_sha256 = blobs.labels.put_bytes(LABELS).sha256
        self.task.dataset.save()
        self.entered = factories.participation(self.competition)
        self.rival = factories.participation(self.competition)
        self.first, self.second = self._scored(), self._scored()
        for board in ("public", "private"):
            LeaderboardEntry.objects.create(
                competition=self.competition,
                participation=self.entered,
                submission=self.first,
                board=board,
                rank=1,
                final_score=50.0,
                submitted_at=self.first.created_at,
            )

    def _scored(self) -> Submission:
        submission = factories.submission(self.entered, state="scored", format="transformers")
        run = factories.run(
            submission,
            state="done",
            backend="docker",
            environment={"image_id": "sha256:abc", "hardware": {"cores": 2}},
            usage={"wall_seconds": 3.0},
        )
        stored = blobs.predictions.put_bytes(PREDICTIONS)
        predictions = Predictions.objects.create(
            run=run,
            task=self.task,
            dataset=self.task.dataset,
            sha256=stored.sha256,
            size=stored.size,
        )
        for split in ("public", "private"):
            score = TaskScore.objects.create(
                submission=submission,
                predictions=predictions,
                task=self.task,
                dataset=self.task.dataset,
                split=split,
                scorer_version="2",
                value=0.5123456789,
                points=51.23456789,
                rows=10,
            )
            write_record(score, signer=Signer())
        return submission

    def close(self, **fields: Any) -> None:
        Competition.objects.filter(pk=self.competition.pk).update(
            state="closed", closed_at=self.competition.created_at, **fields
        )


@pytest.fixture
def world() -> World:
    return World()


def ask(user: User | None, submission: Submission, what: str) -> tuple[int, bytes]:
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.get(f"/api/v1/submissions/{submission.pk}/{what}")
    return answer.status_code, b"".join(answer)


ADDRESSES = ("records/", "records/films/private/", "records/films/public/", "replay/")


@pytest.mark.parametrize("what", ADDRESSES)
def test_before_the_close_there_is_no_record_for_anybody(world: World, what: str) -> None:
    superuser = factories.user(is_superuser=True)
    for user, status in (
        (None, 404),
        (world.rival.user, 404),
        (world.entered.user, 409),
        (world.organizer, 409),
        (superuser, 409),
    ):
        found, body = ask(user, world.first, what)
        assert found == status
        assert b"51.2" not in body
        assert world.competition.split_key.encode() not in body


@pytest.mark.parametrize("what", ADDRESSES[:3])
def test_after_it_records_on_the_final_board_are_everybodys(world: World, what: str) -> None:
    world.close()
    for user in (None, world.rival.user, world.entered.user, world.organizer):
        assert ask(user, world.first, what)[0] == 200
    assert ask(None, world.second, what)[0] == 404
    assert ask(world.rival.user, world.second, what)[0] == 404
    assert ask(world.entered.user, world.second, what)[0] == 200


def test_a_record_says_what_its_score_rests_on_and_hides_what_is_not_told_yet(
    world: World,
) -> None:
    world.close()
    _, body = ask(None, world.first, "records/films/private/")
    statement = read_envelope(json.loads(body)).statement
    assert statement["subject"] == [
        {"name": "submission manifest", "digest": {"sha256": world.first.manifest_sha256}}
    ]
    told = statement["predicate"]
    assert told["value"] == 0.5123456789
    assert told["task"]["metric"] == "accuracy"
    assert told["run"]["runner"] == {"image_id": "sha256:abc"}
    assert told["run"]["hardware"] == {"cores": 2}
    assert told["run"]["usage"] == {"wall_seconds": 3.0}
    assert told["versions"]["scorer"]
    text = json.dumps(statement)
    assert world.task.dataset is not None
    for hidden in (
        world.competition.split_key,
        Run.objects.get(submission=world.first).key,
        world.task.dataset.labels_sha256,
        world.task.dataset.inputs_sha256,
    ):
        assert hidden not in text


@pytest.mark.parametrize(
    ("replay", "everybody", "with_labels"),
    [("organizers", 403, False), ("predictions", 200, False), ("labels", 200, True)],
)
def test_files_are_the_organizers_until_they_release_them(
    world: World, replay: str, everybody: int, with_labels: bool
) -> None:
    world.close(replay=replay)
    for user in (None, world.rival.user, world.entered.user):
        assert ask(user, world.first, "replay/")[0] == everybody
    status, body = ask(world.organizer, world.first, "replay/")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = set(archive.namelist())
        assert archive.read("predictions/films.jsonl") == PREDICTIONS
        facts = json.loads(archive.read("replay.json"))
        assert facts["split_key"] == world.competition.split_key
        if with_labels:
            assert archive.read("labels/films.jsonl") == LABELS
    assert ("labels/films.jsonl" in names) is with_labels
    assert {"records/films/private.json", "records/films/public.json", "keys.json"} <= names


def test_a_bundle_is_the_same_whenever_it_is_made(world: World) -> None:
    world.close()
    assert ask(world.organizer, world.first, "replay/") == ask(
        world.organizer, world.first, "replay/"
    )


def test_replaced_scores_keep_their_records(world: World) -> None:
    TaskScore.objects.filter(submission=world.first).update(dataset=old_version(world))
    world.close()
    _, body = ask(None, world.first, "records/")
    assert [each["present"] for each in json.loads(body)] == [False, False]
    assert ask(None, world.first, "records/films/private/")[0] == 404
    assert ScoreRecord.objects.filter(task_score__submission=world.first).count() == 2


def old_version(world: World) -> Any:
    dataset = world.task.dataset
    assert dataset is not None
    dataset.pk, dataset.number = None, 7
    dataset.save()
    return dataset


def release(user: User | None, **data: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.post("/competitions/cup/release/", data, follow=True)


def test_organizers_release_once_and_for_all(world: World) -> None:
    world.close()
    for data, said in (
        ({"replay": "labels"}, "Tick the box"),
        ({"replay": "all", "confirm": "yes"}, "Choose what to release"),
    ):
        assert said in release(world.organizer, **data).content.decode()
    assert release(world.rival.user, replay="labels", confirm="yes").status_code == 403
    assert "Released: Predictions and keys" in (
        release(world.organizer, replay="predictions", confirm="yes").content.decode()
    )
    assert "released already" in (
        release(world.organizer, replay="predictions", confirm="yes").content.decode()
    )
    release(world.organizer, replay="labels", confirm="yes")
    world.competition.refresh_from_db()
    assert world.competition.replay == "labels"
    told = [
        row.payload["replay"]
        for row in Publication.objects.all()
        if row.kind == Publication.Kind.REPLAY_RELEASED
    ]
    assert told == ["predictions", "labels"]


def test_nothing_is_released_before_the_close(world: World) -> None:
    page = release(world.organizer, replay="labels", confirm="yes").content.decode()
    assert "after the close" in page
    world.competition.refresh_from_db()
    assert world.competition.replay == "organizers"


def test_the_page_of_a_submission_links_its_records_after_the_close(world: World) -> None:
    client = Client()
    assert world.entered.user is not None
    client.force_login(world.entered.user)
    address = f"/submissions/{world.first.pk}/"
    assert "Signed records" not in client.get(address).content.decode()
    world.close()
    page = client.get(address).content.decode()
    assert f"/api/v1/submissions/{world.first.pk}/records/films/private/" in page
    assert "have not released" in page
    world.close(replay="labels")
    assert f"/api/v1/submissions/{world.first.pk}/replay/" in client.get(address).content.decode()
