"""Kept codes: the very numbers that the prediction file gives, on any labels of its rows."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.dataset_rows import LabelRow
from competitions.kinds import get_kind
from scoring.coded import CodedInvalid, codes_suffice, from_bytes, rows_sha256, to_bytes
from scoring.coded_score import CodedRows
from scoring.metrics import METRICS, get_metric
from scoring.resampling import Anchors, KnownIntervals, Resampled, resample
from scoring.task_score import SplitScore, TaskFacts, TaskScores, score_task

CLASSES = ("a", "b", "c")
KIND = get_kind("text_classification")
CODE_METRICS = sorted(name for name, metric in METRICS.items() if codes_suffice(KIND, metric))
TASK = TaskFacts(
    slug="texts",
    kind=KIND,
    track="predict",
    metric="accuracy",
    labels=CLASSES,
    baseline=None,
    ceiling=None,
    split_key="0f" * 32,
    public_fraction=0.4,
)
SEED = "0123456789abcdef" * 2
COPIES = {f"c{number}": ("casing", f"r{number}") for number in range(0, 24, 2)}

_label = st.sampled_from(CLASSES)
_shares = st.sampled_from([(1.0, 0.0, 0.0), (0.5, 0.25, 0.25), (0.0, 0.5, 0.5), (0.25, 0.5, 0.25)])
_answer = st.one_of(
    st.none(),
    st.fixed_dictionaries({"label": st.sampled_from([*CLASSES, "unknown"])}),
    st.fixed_dictionaries({"label": _label, "probs": _shares.map(list)}),
)


@st.composite
def labelled(draw: Any) -> list[LabelRow]:
    """Rows with labels, some in groups and with slices, in any order."""
    rows = []
    for number in draw(st.permutations(range(24))):
        group = draw(st.sampled_from([None, None, "g", "h"]))
        slices = draw(st.sampled_from([{}, {"source": "web"}, {"source": "book"}]))
        rows.append(LabelRow(f"r{number}", draw(_label), group, slices))
    return rows


def from_file(
    answers: dict[str, Any], task: TaskFacts, labels: list[LabelRow], copies: Any = COPIES
) -> TaskScores:
    """Score a file of answers, by the rows' own ids."""
    lines = [json.dumps({"id": name, **answer}) for name, answer in answers.items() if answer]
    data = "\n".join(lines).encode()
    return score_task(
        predictions=io.BytesIO(data),
        max_bytes=len(data),
        task=task,
        labels=labels,
        train=[],
        row_of={row.id: row.id for row in labels},
        copy_of=copies,
    )


def kept(scores: TaskScores, labels: list[LabelRow]) -> Any:
    """Write codes down and read them again."""
    assert scores.coded is not None
    rows = rows_sha256([row.id for row in labels], CLASSES)
    return from_bytes(to_bytes(scores.coded), rows=rows)


def told(score: SplitScore, resampled: Resampled) -> Any:
    """Everything that is written down of a score."""
    interval = (resampled.low, resampled.high, resampled.facts, resampled.points.tolist())
    statistics = resampled.evidence.statistics
    assert statistics is not None
    return (
        (score.value, score.points, score.rows, score.missing),
        json.dumps(score.details, sort_keys=True),
        interval,
        statistics.tolist(),
        resampled.evidence.units.of_row.tolist(),
    )


@settings(max_examples=30)
@given(
    before=labelled(),
    after=labelled(),
    answers=st.lists(_answer, min_size=24, max_size=24),
    to_copies=st.lists(_answer, min_size=len(COPIES), max_size=len(COPIES)),
    metric=st.sampled_from(CODE_METRICS),
)
def test_codes_give_what_the_file_gives_to_the_last_digit(
    before: list[LabelRow],
    after: list[LabelRow],
    answers: list[Any],
    to_copies: list[Any],
    metric: str,
) -> None:
    task = replace(TASK, metric=metric)
    sent = {f"r{number}": answer for number, answer in enumerate(answers)}
    sent |= dict(zip(COPIES, to_copies, strict=True))
    codes = kept(from_file(sent, task, before), before)
    slow, fast = from_file(sent, task, after), CodedRows(task, after).score(codes)
    known, anchors = KnownIntervals(), Anchors(baseline=None, ceiling=None)
    how: dict[str, Any] = {"metric": get_metric(metric), "anchors": anchors, "seed": SEED}
    for split in ("public", "private"):
        expected = getattr(slow, split)
        found = getattr(fast, split)
        slow_interval = resample(expected.grounds, **how)
        for _ in range(2):
            interval = known.resample(found.grounds, **how)
            assert told(found, interval) == told(expected, slow_interval)
    assert fast.details == slow.details


def test_every_metric_of_classes_that_reads_no_probabilities_can_be_scored_from_codes() -> None:
    assert CODE_METRICS == [
        "accuracy",
        "balanced_accuracy",
        "macro_f1",
        "mcc",
        "precision",
        "recall",
    ]


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "top_5_accuracy"])
def test_no_codes_are_kept_where_a_score_rests_on_more(metric: str) -> None:
    with pytest.raises(ValueError, match="more than codes"):
        CodedRows(replace(TASK, metric=metric), [LabelRow("r1", "a"), LabelRow("r2", "b")])


def _some() -> tuple[list[LabelRow], Any]:
    labels = [LabelRow(f"r{number}", CLASSES[number % 3]) for number in range(9)]
    answers = {row.id: {"label": "a"} for row in labels}
    return labels, from_file(answers, TASK, labels, {}).coded


def test_codes_of_other_rows_or_classes_are_refused() -> None:
    labels, codes = _some()
    data = to_bytes(codes)
    ids = [row.id for row in labels]
    for rows in (rows_sha256(ids[:-1], CLASSES), rows_sha256(ids, ("b", "a", "c"))):
        with pytest.raises(CodedInvalid):
            from_bytes(data, rows=rows)


@settings(max_examples=30)
@given(st.data())
def test_broken_codes_are_refused_and_never_run(data: st.DataObject) -> None:
    _, codes = _some()
    whole = to_bytes(codes)
    place = data.draw(st.integers(0, len(whole) - 1))
    cut = whole[:place]
    with pytest.raises(CodedInvalid):
        from_bytes(cut, rows=codes.rows)


def test_the_order_of_the_rows_does_not_matter() -> None:
    labels, codes = _some()
    turned = from_file({row.id: {"label": "a"} for row in labels}, TASK, labels[::-1], {}).coded
    assert turned is not None
    assert to_bytes(turned) == to_bytes(codes)
