"""Details of a whole prediction file: on each split alone, and without any say in the score."""

import io
import json
from array import array
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.dataset_rows import LabelRow
from competitions.kinds import get_kind
from competitions.kinds.tracks import FINETUNE
from competitions.perturbations import PERTURBATIONS
from scoring.details.trials import CopyOf, find_trials
from scoring.given import given_answers
from scoring.task_score import TaskFacts, TaskScores, score_task

CLASSES = ("negative", "positive")
TASK = TaskFacts(
    slug="movies",
    kind=get_kind("text_classification"),
    track="predict",
    metric="accuracy",
    labels=CLASSES,
    baseline=None,
    ceiling=None,
    split_key="0f" * 32,
    public_fraction=0.5,
)
LABELS = [
    LabelRow(f"r{n}", CLASSES[n % 2], slices={"domain": ("film", "news")[n % 2]})
    for n in range(200)
]
COPIES: list[CopyOf] = [(name, f"r{n}") for name in PERTURBATIONS for n in range(60)]


def score(
    answers: dict[str, Any],
    to_copies: dict[CopyOf, Any] | None = None,
    task: TaskFacts = TASK,
    labels: list[LabelRow] = LABELS,
) -> TaskScores:
    rows = [{"id": f"x-{row_id}", **answer} for row_id, answer in answers.items()]
    rows += [
        {"id": f"{name}:{row_id}", **answer} for (name, row_id), answer in (to_copies or {}).items()
    ]
    return score_task(
        predictions=io.BytesIO("\n".join(map(json.dumps, rows)).encode()),
        max_bytes=10_000_000,
        task=task,
        labels=labels,
        train=(),
        row_of={f"x-{row.id}": row.id for row in labels},
        copy_of={f"{name}:{row_id}": (name, row_id) for name, row_id in COPIES},
    )


def right(labels: list[LabelRow] = LABELS) -> dict[str, Any]:
    return {row.id: {"label": row.label} for row in labels}


def copies_of(answers: dict[str, Any]) -> dict[CopyOf, Any]:
    return {(name, row_id): answers[row_id] for name, row_id in COPIES}


def test_each_split_has_details_of_its_own_rows() -> None:
    scores = score(right(), copies_of(right()))
    for part in (scores.public, scores.private):
        (domain,) = part.details["slices"].values()
        assert sum(group["rows"] for group in domain["groups"]) == part.rows == 100
    rows = [
        {each["name"]: each["rows"] for each in part.details["robustness"]["perturbations"]}
        for part in (scores.public, scores.private)
    ]
    assert {name: rows[0][name] + rows[1][name] for name in PERTURBATIONS} == dict.fromkeys(
        PERTURBATIONS, 60
    )
    json.dumps(scores.public.details, allow_nan=False)


def test_without_slices_probabilities_and_copies_there_is_nothing_to_tell() -> None:
    plain = [replace(row, slices={}) for row in LABELS]
    assert score(right(), labels=plain).public.details == {}


def test_copies_that_nobody_answered_tell_nothing() -> None:
    assert "robustness" not in score(right()).public.details


def test_probabilities_of_every_row_of_a_split_tell_its_calibration() -> None:
    answers = {
        row.id: {"label": row.label, "probs": [0.9, 0.1][:: -1 if n % 2 else 1]}
        for n, row in enumerate(LABELS)
    }
    scores = score(answers)
    assert scores.public.details["calibration"]["ece"] == pytest.approx(0.1)
    hit = next(row for row in LABELS if row.id in answers)
    for split in ("public", "private"):
        assert getattr(scores, split).details["calibration"]["brier"] == pytest.approx(0.02)
    answers[hit.id] = {"label": hit.label}
    told = [getattr(score(answers), split).details for split in ("public", "private")]
    assert sum("calibration" in each for each in told) == 1


def test_calibration_of_several_seeds_is_their_mean() -> None:
    task = replace(TASK, track=FINETUNE, settings={"seeds": 2})
    sure, unsure = [1.0, 0.0], [0.5, 0.5]
    answers = {
        row.id: {
            "seeds": [
                {"label": row.label, "probs": each if row.label == CLASSES[0] else each[::-1]}
                for each in (sure, unsure)
            ]
        }
        for row in LABELS
    }
    found = score(answers, task=task).private.details
    assert found["calibration"] == {"ece": 0.25, "brier": 0.25}
    assert found["seeds"]["sd"] == 0


anything = st.one_of(
    st.fixed_dictionaries({"label": st.sampled_from([*CLASSES, "neutral"])}),
    st.just({"label": 3}),
    st.just({"probs": [0.5, 0.5]}),
    st.fixed_dictionaries({"label": st.just("positive"), "probs": st.lists(st.floats(0, 1))}),
    st.just({}),
)


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from(COPIES), anything))
def test_nothing_that_is_answered_to_copies_touches_the_score(
    to_copies: dict[CopyOf, Any],
) -> None:
    plain, with_copies = score(right()), score(right(), to_copies)
    for split in ("public", "private"):
        one, other = getattr(plain, split), getattr(with_copies, split)
        assert (one.value, one.points, one.rows, one.missing) == (
            other.value,
            other.points,
            other.rows,
            other.missing,
        )
        assert one.details["slices"] == other.details["slices"]


def test_a_bad_answer_to_a_copy_counts_as_none() -> None:
    to_copies = copies_of(right())
    for name, row_id in COPIES[:30]:
        to_copies[name, row_id] = {"label": 3}
    told = [
        each
        for part in (score(right(), to_copies).public, score(right(), to_copies).private)
        for each in part.details["robustness"]["perturbations"]
        if each["name"] == COPIES[0][0]
    ]
    assert sum(round(each["rows"] * each["perturbed"]) for each in told) == 30


def test_a_copy_of_a_query_looks_for_documents_among_the_unchanged_ones() -> None:
    kind = get_kind("retrieval")
    labels = [LabelRow(f"q{n}", ((f"d{n}", 1),)) for n in range(3)]
    labels += [LabelRow(f"d{n}", ()) for n in range(3)]
    vectors = [array("d", [1.0, 0, 0]), array("d", [0, 1.0, 0]), array("d", [0, 0, 1.0])]
    answers = {f"{role}{n}": vectors[n] for n in range(3) for role in "qd"}
    copied = [("typos", "q0"), ("typos", "q2")]
    (trial,) = find_trials(
        {("typos", "q0"): vectors[1]},
        copied=copied,
        answers=answers,
        given_to=lambda found, rows: given_answers(
            found,
            kind=kind,
            track="predict",
            task="t",
            settings={},
            classes=(),
            labels=rows,
            train=(),
        ),
        kind=kind,
        labels=labels,
    )
    assert trial.copied.tolist() == [True, False, True]
    assert trial.answers[0].items[0] == "d1"
    assert trial.answers[1:] == [None, None]
