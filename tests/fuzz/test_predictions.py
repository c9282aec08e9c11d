"""The reader of predictions meets what a hostile model may write into its output.

Every kind is tried in every track: its example's row, with fields of any other shape.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Mapping

from hypothesis import strategies as st

from competitions.kinds import KINDS
from competitions.kinds.base import Answer, TaskKind
from competitions.kinds.values import SeedAnswers
from scoring.metrics import get_metric
from scoring.predictions import PredictionsInvalid, read_predictions
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.rows import row_files

IDS = [f"r{number}" for number in range(6)]
MAX_BYTES, MAX_LINE_BYTES = 96 * KIB, 16 * KIB
_IDS = [*(json.dumps(row_id) for row_id in IDS), '"stranger"', "7", '""', '"r0\\u0000"']
_NUMBERS = ["0.5", "-3", "1e11", "1e13", "1e999", "NaN", "true", '"1"', "null", "9" * 40, "9" * 41]
_TEXTS = ['""', '"made up"', '" "', '"\\ud800"', json.dumps("x" * 201), '"\\u202e"']
_LISTS = [
    "[0.25, 0.75]",
    "[1, 0]",
    "[1, 1]",
    "[0.5]",
    "[0.5, NaN]",
    "[true, false]",
    "[]",
    "[[1], 2]",
    "[-1, 2]",
    "[[1, 2, 3, 4]]",
    "[[1, 2, 0, 4]]",
    "[[0, 24, 0.5], [0, 24, 0.5]]",
    "[[0, 1, NaN]]",
    '["a", "a"]',
    "[null]",
    "[{}]",
    '[{"label": "leaf", "counts": [0, 12]}]',
    '[{"label": "leaf", "counts": [0, 12]}, {"label": "sky", "counts": [3, 9]}]',
    '[{"label": "leaf", "counts": [-1, 13]}]',
]


def files(kind: TaskKind, track: str) -> st.SearchStrategy[tuple[TaskKind, str, bytes]]:
    answer = {name: value for name, value in kind.examples.answers[track].items() if name != "id"}
    good = [json.dumps({"id": row_id, **answer}).encode() for row_id in IDS]
    odd = {name: [json.dumps(value), *_NUMBERS, *_TEXTS, *_LISTS] for name, value in answer.items()}
    return st.tuples(st.just(kind), st.just(track), row_files(good, {"id": _IDS, **odd}))


def test_predictions_are_refused_or_are_answers_that_can_be_scored() -> None:
    watch = Watch(PredictionsInvalid, times=40)

    def check(example: tuple[TaskKind, str, bytes]) -> None:
        kind, track, data = example
        file = CountedFile(data)
        answers = watch.read(
            lambda: read_predictions(
                file,
                kind=kind,
                track=track,
                expected_ids=IDS,
                labels=kind.classes(kind.examples.classes),
                max_bytes=MAX_BYTES,
                max_line_bytes=MAX_LINE_BYTES,
            ),
            size=len(data),
        )
        assert file.bytes_read <= MAX_BYTES + MAX_LINE_BYTES + 64 * KIB
        if answers is not None:
            assert len(data) <= MAX_BYTES
            check_answers(kind, answers)

    targets = [files(kind, track) for kind in KINDS.values() for track in kind.tracks]
    fuzz(st.one_of(targets), check, watch)


def check_answers(kind: TaskKind, answers: Mapping[str, Answer]) -> None:
    assert set(answers) <= set(IDS)
    embeddings = [answer for answer in answers.values() if isinstance(answer, array)]
    assert len(set(map(len, embeddings))) <= 1
    assert all(map(math.isfinite, each) for each in embeddings)
    if not embeddings:
        for seed in range(max(map(_seeds, answers.values()), default=0)):
            check_scored(kind, [_of_seed(answers.get(row_id), seed) for row_id in IDS])


def _seeds(answer: Answer) -> int:
    return len(answer.answers) if isinstance(answer, SeedAnswers) else 1


def _of_seed(answer: Answer | None, seed: int) -> Answer | None:
    if not isinstance(answer, SeedAnswers):
        return answer
    return answer.answers[seed] if seed < len(answer.answers) else None


def check_scored(kind: TaskKind, given: list[Answer | None]) -> None:
    """Whatever was accepted has a value by every metric that needs no more than was asked for."""
    classes = kind.classes(kind.examples.classes)
    label = kind.check_label(kind.examples.label["label"], classes)
    for name in kind.metrics:
        metric = get_metric(name)
        if not metric.facts.needs:
            assert math.isfinite(metric.value([label] * len(given), given, classes=classes))
