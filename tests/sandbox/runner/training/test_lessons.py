"""Train rows become lessons."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sandbox.runner.config import read_task
from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.base import Encoded, Lesson, Places, Purpose
from sandbox.runner.items import Item, Words
from sandbox.runner.job import Job
from sandbox.runner.rows import Row
from sandbox.runner.training.lessons import read_lessons, standardised
from sandbox.runner.training.recipe import recipe_of

from ..fakes import FakeModel
from ..lessons import Rows, write_train
from ..task_json import task_json

Read = Callable[..., list[Lesson]]


class Worded(FakeModel):
    """One token a word; the word "odd" has none."""

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        found = [_places(item) for item in items if isinstance(item, Words)]
        examples = [{"input_ids": np.zeros(len(one.parts), dtype=np.int32)} for one in found]
        return Encoded.of_tokens(examples, [False] * len(examples), found)


def _places(item: Words) -> Places:
    starts = np.cumsum([0, *(len(word) + 1 for word in item.words)])
    kept = [place for place, word in enumerate(item.words) if word != "odd"]
    offsets = [(starts[place], starts[place] + len(item.words[place])) for place in kept]
    given = np.array([(0, 0), *offsets], dtype=np.int32)  # a special token comes first
    return Places(given, np.array([-1, *([0] * len(kept))], dtype=np.int8))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def lessons(kind: str, train: Rows, model: Any = None, **changes: Any) -> list[Lesson]:
        folder = tmp_path / "tasks" / "task"
        folder.mkdir(parents=True, exist_ok=True)
        facts = task_json("task", kind=kind, track="finetune", **changes)
        (folder / "task.json").write_text(json.dumps(facts))
        write_train(folder / "train.jsonl", train)
        task = read_task(tmp_path, "task")
        job = Job(
            task=task,
            rows=[Row("r0", {"text": "a test row"})],
            model=model or FakeModel({}),
            purpose=Purpose.CLASSIFIER,
            folder=folder,
            batch_tokens=8,
            rehearsal=False,
            on_progress=lambda done, rate: None,
        )
        return read_lessons(job, recipe_of(task.settings, rehearsal=False))

    return lessons


def test_classes_are_indices_in_the_tasks_order(read: Read) -> None:
    rows: Rows = [({"text": "bb"}, "positive"), ({"text": "aaa"}, "negative")]
    found = read("text_classification", rows)
    assert [one.targets.tolist() for one in found] == [[0], [1]]
    assert [len(one.features["input_ids"]) for one in found] == [3, 2]
    assert [one.cost for one in found] == [3, 2]
    assert all(one.at is None for one in found)


def test_numbers_are_sorted_as_numbers_and_standardised(read: Read) -> None:
    rows: Rows = [({"text": "a"}, 10), ({"text": "b"}, 9.0), ({"text": "c"}, 11)]
    found = read("text_regression", rows, labels=[])
    assert [one.targets[0] for one in found] == [9, 10, 11]
    scaled, mean, deviation = standardised(found)
    assert mean == 10
    assert [one.targets[0] * deviation + mean for one in scaled] == pytest.approx([9, 10, 11])
    assert np.std([one.targets[0] for one in scaled]) == pytest.approx(1)


def test_equal_numbers_have_no_deviation(read: Read) -> None:
    found = read("text_regression", [({"text": "a"}, 4), ({"text": "b"}, 4)], labels=[])
    assert standardised(found)[1:] == (4, 1)


def test_a_word_is_judged_at_its_first_token_and_one_without_is_left_out(read: Read) -> None:
    rows: Rows = [({"words": ["Ann", "odd", "sleeps"]}, ["B-X", "I-X", "O"])]
    (found,) = read("token_classification", rows, Worded({}), labels=["O", "B-X", "I-X"])
    assert found.at is not None
    assert (found.at.tolist(), found.targets.tolist()) == ([1, 2], [1, 0])


def test_a_part_of_the_rows_is_the_same_for_everybody(read: Read) -> None:
    rows: Rows = [({"text": "a" * n}, ("negative", "positive")[n % 2]) for n in range(1, 41)]
    chosen = {"train_rows": 10}
    one = read("text_classification", rows, settings=chosen)
    other = read("text_classification", rows[::-1], settings=chosen)
    assert [len(each.features["input_ids"]) for each in one] == [
        len(each.features["input_ids"]) for each in other
    ]
    assert [each.targets[0] for each in one] == [0] * 5 + [1] * 5


@pytest.mark.parametrize("label", ["neutral", None, ["positive"], {"a": 1}])
def test_a_label_that_the_task_does_not_have_is_a_fault_of_the_platform(
    read: Read, label: Any
) -> None:
    with pytest.raises(RunnerError, match="none of the task's") as raised:
        read("text_classification", [({"text": "a"}, label)])
    assert raised.value.code == Code.INTERNAL
