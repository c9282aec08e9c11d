"""The organizer's steps: idempotent, and never around the platform's own checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.tokens import find_user
from common.errors import Conflict, DomainError
from competitions.models import Competition, Task
from demo.competition import AWARDS, SLUG
from demo.encoders import DEMO
from demo.logins import read_private
from demo.organizer import close_once, prepare, publish_once
from demo.tasks import TASKS, TaskPlan

ROWS = 24

pytestmark = pytest.mark.django_db


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_task(folder: Path, plan: TaskPlan) -> None:
    folder.mkdir(parents=True)
    names = plan.labels or (0.5, 1.5)
    pair = plan.kind == "sentence_similarity"
    inputs = [
        {"text_a": f"a{n}", "text_b": f"b{n}"} if pair else {"text": f"t{n}"} for n in range(ROWS)
    ]
    labels = [names[n % len(names)] for n in range(ROWS)]
    ids = [f"row-{n}" for n in range(ROWS)]
    write_rows(
        folder / "inputs.jsonl",
        [{"id": i, "input": each} for i, each in zip(ids, inputs, strict=True)],
    )
    write_rows(
        folder / "labels.jsonl",
        [{"id": i, "label": each} for i, each in zip(ids, labels, strict=True)],
    )
    if plan.train_rows:
        train = zip(ids, inputs, labels, strict=True)
        rows = [
            {"id": f"train-{i}", "input": {"text": f"other {e['text']}"}, "label": label}
            for i, e, label in train
        ]
        write_rows(folder / "train.jsonl", rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for plan in TASKS:
        write_task(tmp_path / "data" / plan.slug, plan)
    return tmp_path / "data"


def start(tmp_path: Path) -> dict[str, Any]:
    return prepare(
        show=DEMO,
        participants=["ada", "boris"],
        logins=tmp_path / "people.json",
        data=tmp_path / "data",
    )


def test_people_and_draft_are_made(data: Path, tmp_path: Path) -> None:
    assert start(tmp_path) == {"state": "draft"}
    people = read_private(tmp_path / "people.json")
    assert set(people) == {"olga", "ada", "boris"}
    found = find_user(text=people["ada"]["token"])
    assert found is not None
    assert found[0].check_password(people["ada"]["password"])
    competition = Competition.objects.get(slug=SLUG)
    assert [task.slug for task in competition.tasks.all()] == [plan.slug for plan in TASKS]
    assert competition.awards.count() == len(AWARDS)
    assert [user.username for user in competition.organizers.all()] == ["olga"]


def test_second_start_keeps_everything(data: Path, tmp_path: Path) -> None:
    start(tmp_path)
    people = read_private(tmp_path / "people.json")
    start(tmp_path)
    assert read_private(tmp_path / "people.json") == people
    assert Competition.objects.count() == 1


def test_lost_logins_are_made_anew(data: Path, tmp_path: Path) -> None:
    start(tmp_path)
    before = read_private(tmp_path / "people.json")
    (tmp_path / "people.json").unlink()
    start(tmp_path)
    after = read_private(tmp_path / "people.json")
    assert find_user(text=before["ada"]["token"]) is None
    assert find_user(text=after["ada"]["token"]) is not None


def test_bad_data_leave_no_half_competition(data: Path, tmp_path: Path) -> None:
    (data / TASKS[-1].slug / "labels.jsonl").write_text('{"id": "row-0", "label": "x"}\n')
    with pytest.raises(DomainError, match=r"labels\.jsonl"):
        start(tmp_path)
    assert not Competition.objects.exists()
    assert not Task.objects.exists()


def test_draft_is_published_only_with_a_baseline(data: Path, tmp_path: Path) -> None:
    start(tmp_path)
    with pytest.raises(Conflict, match="baseline"):
        publish_once(show=DEMO)
    Competition.objects.update(baseline_scored_at=timezone.now())
    assert publish_once(show=DEMO) == {"state": "published"}
    assert publish_once(show=DEMO) == {"state": "published"}
    assert start(tmp_path) == {"state": "published"}


def test_closing_twice_closes_once(data: Path, tmp_path: Path) -> None:
    start(tmp_path)
    Competition.objects.update(baseline_scored_at=timezone.now())
    publish_once(show=DEMO)
    assert close_once(show=DEMO) == {"state": "closed", "backend": ""}
    closed_at = Competition.objects.get().closed_at
    assert close_once(show=DEMO) == {"state": "closed", "backend": ""}
    assert Competition.objects.get().closed_at == closed_at
