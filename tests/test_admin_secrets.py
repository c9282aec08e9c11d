"""No page of the admin shows a hidden label ever, or a private score before the close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from common import blobs
from competitions.models import Award, Competition, DatasetVersion, Task
from scoring.models import AwardGrant, FinalScore, LeaderboardEntry, TaskScore
from submissions.models import Predictions
from tests import factories

pytestmark = pytest.mark.django_db

LABEL = "48151.6234"
PRIVATE = {"value": 0.76543, "points": 43.21, "final": 87.65, "board": 65.43}
SHOWN_PRIVATE = ("0.7654", "43.21", "87.65", "65.43")
MODEL_FILE = b'{"canary": "weights of a participant"}'
LOG = b"end of \x1b[31mthe log\xe2\x80\xae <script>alert(1)</script>"


@pytest.fixture
def competition() -> Competition:
    """A published competition with something in every table."""
    made = factories.competition(title="Cup of secrets")
    task = factories.task(made, slug="mood", kind="text_regression", metric="spearman", labels=[])
    rows = [{"id": f"r{i}", "label": float(LABEL), "group": "canary-group"} for i in range(4)]
    DatasetVersion.objects.filter(task=task).update(
        labels_sha256=blobs.labels.put_bytes(factories.jsonl(rows)).sha256
    )
    award = Award.objects.create(competition=made, slug="gold", title="Gold", rule="overall_rank")
    owner = factories.participation(made)
    assert owner.user is not None
    submission = factories.submission(owner, files={"config.json": MODEL_FILE}, state="scored")
    log = blobs.logs.put_bytes(LOG).sha256
    run = factories.run(submission, state="done", log_sha256=log)
    predictions = Predictions.objects.create(
        run=run,
        task=task,
        dataset=task.dataset,
        sha256=blobs.predictions.put_bytes(b"x").sha256,
        size=1,
    )
    _scores(made, owner, submission, task, predictions)
    create_token(user=owner.user, name="laptop")
    AwardGrant.objects.create(
        award=award,
        participation=owner,
        submission=submission,
        rank=1,
        reason="First with 65.43 points.",
        key_id="",
    )
    return made


def _scores(made: Competition, owner: Any, submission: Any, task: Task, predictions: Any) -> None:
    for split, shift in (("private", 0.0), ("public", 10.0)):
        TaskScore.objects.create(
            submission=submission,
            predictions=predictions,
            task=task,
            dataset=task.dataset,
            split=split,
            scorer_version="1",
            value=PRIVATE["value"] - shift / 100,
            points=PRIVATE["points"] + shift,
            rows=20,
        )
        FinalScore.objects.create(
            submission=submission,
            participation=owner,
            split=split,
            points=PRIVATE["final"] + shift,
            rule_version="1",
        )
        LeaderboardEntry.objects.create(
            competition=made,
            participation=owner,
            submission=submission,
            board=split,
            rank=1,
            final_score=PRIVATE["board"] + shift,
            tasks={"mood": {"value": 0.5, "points": PRIVATE["points"] + shift, "failed": False}},
            submitted_at=timezone.now(),
        )


def _operator() -> Client:
    client = Client()
    client.force_login(factories.user(is_staff=True, is_superuser=True))
    return client


def addresses(competition: Competition) -> Iterator[str]:
    """Yield every page of the admin that shows something."""
    yield from ("/admin/", "/admin/search/?s=c", "/admin/search/?s=c&extended=1")
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (f"/admin/{model._meta.app_label}/", base, f"{base}?q=1", f"{base}add/")
        for obj in model._default_manager.all():
            yield from (f"{base}{obj.pk}/{page}/" for page in ("change", "history", "delete"))
    page = f"/admin/competitions/competition/{competition.pk}/"
    yield f"{page}publish/"
    yield from (f"{page}task/{task.slug}/dataset/" for task in competition.tasks.all())


def pages(competition: Competition, client: Client) -> Iterator[tuple[str, str]]:
    """Yield address and whole answer, headers included, of every page."""
    for address in addresses(competition):
        answer = client.get(address, follow=True)
        assert answer.status_code in {200, 403}, (address, answer.status_code)
        yield address, f"{answer.headers}{answer.content.decode()}"


def test_no_page_shows_a_label_or_a_participants_file(competition: Competition) -> None:
    Competition.objects.update(state="closed", closed_at=timezone.now())
    competition.refresh_from_db()
    seen = dict(pages(competition, _operator()))
    assert len(seen) > 60
    for secret in (LABEL, "canary-group", MODEL_FILE.decode(), "store/labels"):
        assert [address for address, page in seen.items() if secret in page] == []


def test_no_page_shows_a_private_score_before_the_close(competition: Competition) -> None:
    seen = dict(pages(competition, _operator()))
    for number in SHOWN_PRIVATE:
        assert [address for address, page in seen.items() if number in page] == []
    scores = seen["/admin/scoring/taskscore/"]
    assert "53.21" in scores, "the public score is there"


def test_private_scores_appear_with_the_close(competition: Competition) -> None:
    Competition.objects.update(state="closed", closed_at=timezone.now())
    client = _operator()
    assert "43.21" in client.get("/admin/scoring/taskscore/").content.decode()
    assert "65.43" in client.get("/admin/scoring/leaderboardentry/").content.decode()


@pytest.mark.parametrize(
    "probe",
    [
        "submissions/submission/?task_scores__points__gte=40",
        "submissions/submission/?final_scores__points__gte=80",
        "submissions/run/?submission__task_scores__split=private",
        "submissions/submission/?participation__competition__leaderboard_entries__rank=1",
        "competitions/participation/?leaderboard_entries__final_score__gte=60",
        "competitions/datasetversion/?scores__points__gte=40",
        "competitions/competition/?leaderboard_entries__rank=1",
        "competitions/competition/?split_key__startswith=0",
        "competitions/participation/?competition__split_key__startswith=0",
        "submissions/run/?key__startswith=0",
        "submissions/predictions/?task_scores__points__gte=40",
    ],
)
def test_filters_can_not_ask_for_what_is_hidden(competition: Competition, probe: str) -> None:
    client = _operator()
    client.raise_request_exception = False
    answer = client.get(f"/admin/{probe}")
    assert answer.status_code in {302, 400}


def test_a_log_is_shown_as_text_without_control_characters(competition: Competition) -> None:
    run = competition.participations.get().submissions.get().runs.get()
    page = _operator().get(f"/admin/submissions/run/{run.pk}/change/").content.decode()
    assert "end of [31mthe log &lt;script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_tokens_are_shown_by_their_first_characters_and_revoked(competition: Competition) -> None:
    owner = User.objects.get(access_tokens__isnull=False)
    token, secret = create_token(user=owner, name="second")
    client = _operator()
    page = client.get(f"/admin/accounts/accesstoken/{token.pk}/change/").content.decode()
    assert token.prefix in page
    assert secret not in page
    assert token.digest not in page
    action = {"action": "revoke", "_selected_action": [token.pk]}
    client.post("/admin/accounts/accesstoken/", action)
    token.refresh_from_db()
    assert token.revoked_at is not None
