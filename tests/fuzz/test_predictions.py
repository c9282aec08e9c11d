"""The reader of predictions meets what a hostile model may write into its output."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.base import Answer, ClassAnswer
from scoring.predictions import PredictionsInvalid, read_predictions
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.rows import row_files

IDS = [f"r{number}" for number in range(6)]
CLASSES = ["negative", "positive"]
MAX_BYTES, MAX_LINE_BYTES = 96 * KIB, 16 * KIB
_IDS = [*(json.dumps(row_id) for row_id in IDS), '"stranger"', "7", '""', '"r0\\u0000"']
_NUMBERS = ["0.5", "-3", "1e11", "1e13", "1e999", "NaN", "true", '"1"', "null", "9" * 40, "9" * 41]
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
    "0.5",
]
TARGETS: dict[tuple[str, str], tuple[dict[str, object], dict[str, list[str]]]] = {
    ("text_classification", "predict"): (
        {"label": "positive", "probs": [0.25, 0.75]},
        {"label": ['"positive"', '"negative"', '"made up"', "1", '""'], "probs": _LISTS},
    ),
    ("text_classification", "probe"): ({"embedding": [0.5, -1.0, 3]}, {"embedding": _LISTS}),
    ("text_regression", "predict"): ({"value": 1.5}, {"value": _NUMBERS}),
    ("sentence_similarity", "predict"): ({"score": 1}, {"score": _NUMBERS}),
}


def files(kind: str, track: str) -> st.SearchStrategy[tuple[str, str, bytes]]:
    answer, fields = TARGETS[kind, track]
    good = [json.dumps({"id": row_id, **answer}).encode() for row_id in IDS]
    data = row_files(good, {"id": _IDS, **fields})
    return st.tuples(st.just(kind), st.just(track), data)


def test_predictions_are_refused_or_are_answers_that_can_be_scored() -> None:
    watch = Watch(PredictionsInvalid, times=40)

    def check(example: tuple[str, str, bytes]) -> None:
        kind, track, data = example
        file = CountedFile(data)
        answers = watch.read(
            lambda: read_predictions(
                file,
                kind=get_kind(kind),
                track=track,
                expected_ids=IDS,
                labels=CLASSES if kind == "text_classification" else [],
                max_bytes=MAX_BYTES,
                max_line_bytes=MAX_LINE_BYTES,
            ),
            size=len(data),
        )
        assert file.bytes_read <= MAX_BYTES + MAX_LINE_BYTES + 64 * KIB
        if answers is not None:
            assert len(data) <= MAX_BYTES
            check_answers(answers)

    fuzz(st.one_of([files(*target) for target in TARGETS]), check, watch)


def check_answers(answers: Mapping[str, Answer]) -> None:
    assert set(answers) <= set(IDS)
    widths = set()
    for answer in answers.values():
        if isinstance(answer, ClassAnswer):
            assert answer.label in CLASSES
            assert answer.probabilities is None or (
                math.isclose(sum(answer.probabilities), 1, abs_tol=2e-3)
            )
        elif isinstance(answer, float):
            assert math.isfinite(answer)
        else:
            assert all(map(math.isfinite, answer))
            widths.add(len(answer))
    assert len(widths) <= 1
