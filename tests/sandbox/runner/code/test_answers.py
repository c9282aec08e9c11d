from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from competitions.kinds import KINDS, answers, fields
from sandbox.runner.code.answers import (
    MAX_NUMBER,
    MAX_WIDTH,
    PROBABILITY_TOLERANCE,
    Answers,
    BadAnswer,
)
from sandbox.runner.config import TaskConfig, read_task
from sandbox.runner.errors import Code

from ..task_json import task_json

LABELS = ("negative", "positive")


def task(kind: str = "text_classification", track: str = "predict") -> TaskConfig:
    labels = list(LABELS) if kind == "text_classification" else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tasks" / "a"
        folder.mkdir(parents=True)
        facts = task_json("a", kind=kind, track=track, labels=labels)
        (folder / "task.json").write_text(json.dumps(facts))
        return read_task(Path(name), "a")


def line(answer: Any, kind: str = "text_classification", track: str = "predict") -> dict[str, Any]:
    row: dict[str, Any] = json.loads(Answers(task(kind, track)).line("r1", answer))
    assert row.pop("id") == "r1"
    return row


@pytest.mark.parametrize(
    ("answer", "kind", "track", "row"),
    [
        ("positive", "text_classification", "predict", {"label": "positive"}),
        (np.array(["positive"])[0], "text_classification", "predict", {"label": "positive"}),
        (
            {"label": "negative", "probs": (0.75, 0.25)},
            "text_classification",
            "predict",
            {"label": "negative", "probs": [0.75, 0.25]},
        ),
        (
            {"label": "negative", "probs": [np.float32(1), np.float64(0)]},
            "text_classification",
            "predict",
            {"label": "negative", "probs": [1, 0]},
        ),
        (2, "text_regression", "predict", {"value": 2}),
        (np.float32(0.5), "text_regression", "predict", {"value": 0.5}),
        ({"score": 0.1234567}, "sentence_similarity", "predict", {"score": 0.123457}),
        (
            {"embeddings": [np.ones(2), [0.5, 2e-9]]},
            "sentence_similarity",
            "predict",
            {"embeddings": [[1, 1], [0.5, 2e-9]]},
        ),
        ([1, 2.5], "text_regression", "probe", {"embedding": [1, 2.5]}),
        (np.ones(2, dtype=np.float16), "text_classification", "probe", {"embedding": [1, 1]}),
    ],
)
def test_an_answer_is_a_row_or_its_one_value(
    answer: Any, kind: str, track: str, row: dict[str, Any]
) -> None:
    assert line(answer, kind, track) == row


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "no “label”"),
        ({"label": "positive", "sure": 1}, "unknown key 'sure'"),
        ("so-so", "label 'so-so'; the task's are 'negative', 'positive'"),
        (1, "label 1"),
        (None, "label None"),
        (["positive"], "label list"),
        ({"label": "positive", "probs": [1.0]}, "1 “probs” for 2 labels"),
        ({"label": "positive", "probs": [0.5, 0.6]}, "sum to 1.1"),
        ({"label": "positive", "probs": [-0.5, 1.5]}, "no probabilities"),
        ({"label": "positive", "probs": [float("nan"), 1]}, "NaN"),
        ({"label": "positive", "probs": ["0", "1"]}, "str in “probs”"),
        ({"label": "positive", "probs": None}, "None as “probs”"),
    ],
)
def test_a_wrong_class_is_named(answer: Any, said: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        line(answer)
    assert said in str(caught.value)
    assert caught.value.code == Code.BAD_ANSWER


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("2", "'2' as “value”"),
        (True, "True as “value”"),
        (float("inf"), "NaN or infinity"),
        (10**400, "beyond"),
        (-2e12, "beyond"),
        ({"value": [1]}, "list as “value”"),
    ],
)
def test_a_wrong_number_is_named(answer: Any, said: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        line(answer, "text_regression")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([], "list as “embedding”"),
        ("vector", "list of numbers is expected"),
        ([1, [2]], "list in “embedding”"),
        ([True], "bool in “embedding”"),
        ([1, float("nan")], "NaN"),
        ([0.0] * (MAX_WIDTH + 1), str(MAX_WIDTH)),
    ],
)
def test_a_wrong_embedding_is_named(answer: Any, said: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        line(answer, "text_classification", "probe")
    assert said in str(caught.value)


def test_all_embeddings_of_a_task_are_equally_wide() -> None:
    lines = Answers(task(track="probe"))
    lines.line("r1", [1, 2])
    with pytest.raises(BadAnswer, match="3 numbers; the first one had 2"):
        lines.line("r2", [1, 2, 3])


def test_a_long_label_is_cut_in_the_message() -> None:
    with pytest.raises(BadAnswer) as caught:
        line("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_every_kind_and_track_of_the_platform_has_its_answer() -> None:
    for kind in KINDS.values():
        for track in kind.answers:
            example = dict(kind.examples.answers[track])
            del example["id"]
            assert line(example, kind.slug, track).keys() == example.keys()


def test_the_bounds_are_the_scorer_s() -> None:
    assert MAX_NUMBER == fields.MAX_NUMBER
    assert MAX_WIDTH == answers.MAX_DIMENSIONS
    assert PROBABILITY_TOLERANCE == answers.PROBABILITY_TOLERANCE
