"""What a submission's answers to public rows show, and what they can't touch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from competitions.kinds.values import ClassAnswer
from competitions.models import Task
from submissions.models import Run
from submissions.practice import PRACTICE_ROWS, blinded, practice_rows, practised, sample_rows
from tests import factories

pytestmark = pytest.mark.django_db


def task(**fields: Any) -> Task:
    return factories.task(factories.competition(), **fields)


def run_of(each: Task) -> Run:
    entry = factories.participation(each.competition)
    return factories.run(factories.submission(entry, state="queued", format="transformers"))


def test_practice_rows_are_spread_over_the_train_split_and_bounded() -> None:
    rows = practice_rows(task(train_rows=3 * PRACTICE_ROWS + 5))
    texts = [row.input["text"] for row in rows]
    assert texts[:3] == ["train 0", "train 3", "train 6"]
    assert len(rows) == PRACTICE_ROWS


def test_without_a_train_split_there_are_samples_alone() -> None:
    each = task()
    assert practice_rows(each) == []
    assert all(row["id"].startswith("test") for row in sample_rows(each, "test"))
    assert practised(run_of(each), each, {}) == {}


def test_no_practice_row_is_one_of_the_hidden() -> None:
    each = task(train_rows=8)
    assert not {row["input"]["text"] for row in sample_rows(each, "test")} & {
        f"row {i}" for i in range(40)
    }


def test_confusion_counts_classes_by_answer_with_missing_rows_last() -> None:
    each = task(train_rows=4)
    run = run_of(each)
    ids = [blinded(run, each, row.id) for row in practice_rows(each)]
    answers = {ids[0]: ClassAnswer("neg"), ids[1]: ClassAnswer("neg"), ids[2]: ClassAnswer("neg")}
    found = practised(run, each, answers)
    assert found == {"rows": 4, "value": 0.5, "confusion": [[2, 0, 0], [1, 0, 1]]}
    assert json.loads(json.dumps(found)) == found


def test_tracks_without_answers_of_their_own_show_nothing() -> None:
    each = task(train_rows=8, track="probe")
    assert practised(run_of(each), each, {}) == {}
