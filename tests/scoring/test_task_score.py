"""One prediction file to two splits' scores."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest

from competitions.dataset_rows import LabelRow, TrainRow
from competitions.kinds import get_kind
from scoring.predictions import PredictionsInvalid
from scoring.probe_faults import ProbeRefused
from scoring.task_score import TaskFacts, public_rows, score_task, scorer_versions

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
    public_fraction=0.3,
)
NUMBERS = replace(TASK, kind=get_kind("text_regression"), metric="spearman", labels=())
LABELS = [LabelRow(f"r{n}", CLASSES[n % 2]) for n in range(100)]
NUMBER_LABELS = [LabelRow(f"r{n}", float(n % 17)) for n in range(100)]
RANDOM = np.random.default_rng(2)


def blind(row_id: str) -> str:
    return f"x-{row_id[::-1]}"


def score(answers: dict, task=TASK, labels=LABELS, train=(), max_bytes=1_000_000):
    """Score a file whose rows are ``answers`` by dataset id."""
    ids = [row.id for row in [*labels, *train]]
    lines = [json.dumps({"id": blind(row_id), **answer}) for row_id, answer in answers.items()]
    return score_task(
        predictions=io.BytesIO("\n".join(lines).encode()),
        max_bytes=max_bytes,
        task=task,
        labels=labels,
        train=train,
        row_of={blind(row_id): row_id for row_id in ids},
    )


def right() -> dict:
    return {row.id: {"label": row.label} for row in LABELS}


def test_perfect_answers_earn_all_points_on_both_splits() -> None:
    scores = score(right())
    assert (scores.public.value, scores.public.points) == (1, 100)
    assert (scores.private.value, scores.private.points) == (1, 100)
    assert (scores.public.rows, scores.private.rows) == (30, 70)
    assert scores.public.missing == scores.private.missing == 0


def test_each_split_counts_its_own_rows() -> None:
    public = public_rows(LABELS, task=TASK)
    answers = right()
    for row in [row for row, is_public in zip(LABELS, public, strict=True) if is_public][:15]:
        answers[row.id] = {"label": "positive" if row.label == "negative" else "negative"}
    scores = score(answers)
    assert (scores.public.value, scores.private.value) == (0.5, 1)


def test_missing_and_made_up_answers_are_counted_and_wrong() -> None:
    answers = right()
    public = [
        row.id
        for row, is_public in zip(LABELS, public_rows(LABELS, task=TASK), strict=True)
        if is_public
    ]
    del answers[public[0]], answers[public[1]]
    answers[public[2]] = {"label": "neutral"}
    scores = score(answers)
    assert (scores.public.missing, scores.public.value) == (3, 0.9)
    assert scores.private.missing == 0


def test_empty_file_scores_nothing() -> None:
    scores = score({})
    assert (scores.public.points, scores.private.points) == (0, 0)
    assert scores.public.missing + scores.private.missing == 100


def test_rows_of_a_group_are_in_one_split() -> None:
    labels = [replace(row, group=f"g{n // 10}") for n, row in enumerate(LABELS)]
    public = public_rows(labels, task=TASK)
    assert all(len(set(public[start : start + 10])) == 1 for start in range(0, 100, 10))
    assert public.sum() == 30


def test_rows_that_are_one_group_have_no_score() -> None:
    labels = [replace(row, group="all") for row in LABELS]
    with pytest.raises(ValueError, match="two splits"):
        score(right(), labels=labels)


def test_order_of_labels_and_of_the_file_changes_nothing() -> None:
    answers = {row.id: {"value": float(RANDOM.normal())} for row in NUMBER_LABELS}
    shuffled = dict(reversed(answers.items()))
    one = score(answers, task=NUMBERS, labels=NUMBER_LABELS)
    assert one == score(shuffled, task=NUMBERS, labels=NUMBER_LABELS[::-1])


@pytest.mark.parametrize("metric", ["spearman", "pearson", "rmse", "mae", "r2"])
def test_number_metrics_earn_points(metric: str) -> None:
    anchors = {"rmse": (5.0, 0.0), "mae": (5.0, 0.0), "r2": (0.0, 1.0)}
    baseline, ceiling = anchors.get(metric, (None, None))
    task = replace(NUMBERS, metric=metric, baseline=baseline, ceiling=ceiling)
    answers = {row.id: {"value": row.label} for row in NUMBER_LABELS}
    assert score(answers, task=task, labels=NUMBER_LABELS).private.points == 100


def test_similarity_is_scored() -> None:
    task = replace(NUMBERS, kind=get_kind("sentence_similarity"))
    answers = {row.id: {"score": -row.label} for row in NUMBER_LABELS}
    scores = score(answers, task=task, labels=NUMBER_LABELS)
    assert (scores.public.value, scores.public.points) == (-1, 0)


def test_bad_file_raises_with_its_first_bad_line() -> None:
    with pytest.raises(PredictionsInvalid) as refused:
        score({**right(), "r5": {"label": 1}})
    assert refused.value.message == "predictions.jsonl line 6: label must be a string."


def test_file_beyond_its_size_is_refused() -> None:
    with pytest.raises(PredictionsInvalid) as refused:
        score(right(), max_bytes=100)
    assert refused.value.code == "file_too_large"


def test_map_of_ids_must_be_whole() -> None:
    with pytest.raises(ValueError, match="every row"):
        score_task(
            predictions=io.BytesIO(), max_bytes=9, task=TASK, labels=LABELS, train=(), row_of={}
        )


PROBE_TASK = replace(TASK, track="probe")
TRAIN = [TrainRow(f"t{n}", {"text": "-"}, CLASSES[n % 2]) for n in range(60)]


def embedding(label: str) -> dict:
    sign = 1 if label == "positive" else -1
    return {"embedding": (sign + RANDOM.normal(scale=0.4, size=4)).tolist()}


def embeddings() -> dict:
    return {row.id: embedding(row.label) for row in [*LABELS, *TRAIN]}


def test_probe_track_fits_and_scores() -> None:
    scores = score(embeddings(), task=PROBE_TASK, train=TRAIN)
    assert scores.private.value > 0.95
    assert scores.details["probe"].keys() == {"preset", "settings", "loss", "loss_sd"}
    assert len(scores.private.details["seeds"]["values"]) == 5
    json.dumps(scores.details, allow_nan=False)


def test_probe_of_numbers_fits_and_scores() -> None:
    task = replace(NUMBERS, track="probe")
    train = [TrainRow(f"t{n}", {"text": "-"}, float(n)) for n in range(60)]
    answers = {row.id: {"embedding": [row.label, 1.0]} for row in [*NUMBER_LABELS, *train]}
    scores = score(answers, task=task, labels=NUMBER_LABELS, train=train)
    assert scores.private.value == pytest.approx(1)


def test_probe_counts_a_test_row_without_embedding_as_missing() -> None:
    answers = embeddings()
    del answers["r0"]
    scores = score(answers, task=PROBE_TASK, train=TRAIN)
    assert scores.public.missing + scores.private.missing == 1


def test_probe_without_a_train_row_is_refused() -> None:
    answers = embeddings()
    del answers["t0"]
    with pytest.raises(ProbeRefused):
        score(answers, task=PROBE_TASK, train=TRAIN)


SURE = {"negative": [1.0, 0.0], "positive": [0.0, 1.0]}


def seeds(*labels: str) -> dict:
    return {"seeds": [{"label": label, "probs": SURE[label]} for label in labels]}


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc"])
def test_fine_tuned_answers_score_the_mean_over_seeds_with_its_spread(metric: str) -> None:
    task = replace(TASK, track="finetune", metric=metric)
    other = {"negative": "positive", "positive": "negative"}
    answers = {row.id: seeds(row.label, row.label, other[row.label]) for row in LABELS}
    scores = score(answers, task=task)
    assert scores.private.value == pytest.approx(2 / 3)
    assert scores.private.details["seeds"]["values"] == [1, 1, 0]
    assert scores.private.details["seeds"]["sd"] == pytest.approx(3**-0.5)


@pytest.mark.parametrize("wrong", range(1, 12))
def test_seeds_that_answer_alike_score_what_one_does_to_the_last_digit(wrong: int) -> None:
    """0.9444444444444444 three times over has a mean of just that."""
    labels = {row.id: row.label for row in LABELS}
    for row in LABELS[:wrong]:
        labels[row.id] = "positive" if row.label == "negative" else "negative"
    one = score({row_id: {"label": label} for row_id, label in labels.items()})
    answers = {row_id: seeds(label, label, label) for row_id, label in labels.items()}
    three = score(answers, task=replace(TASK, track="finetune"))
    assert three.private.value == one.private.value
    assert three.public.value == one.public.value


def test_seed_that_is_absent_is_missing() -> None:
    task = replace(TASK, track="finetune")
    answers = {row.id: seeds(row.label, row.label, row.label) for row in LABELS}
    answers["r0"] = seeds("negative", "negative")
    answers["r1"] = {"seeds": [{"label": "neutral"}, *seeds("positive", "positive")["seeds"]]}
    scores = score(answers, task=task)
    assert scores.public.missing + scores.private.missing == 2


def test_signature_of_the_reference_library_is_stored() -> None:
    task = replace(TASK, kind=get_kind("text_generation"), metric="bleu", labels=())
    text = "The quick brown fox jumps over the lazy dog."
    labels = [LabelRow(f"r{n}", (text,)) for n in range(10)]
    scores = score({row.id: {"text": text} for row in labels}, task=task, labels=labels)
    assert scores.private.points == 100
    assert scores.details["signature"].startswith("nrefs:var|case:mixed|eff:no|tok:13a|")
    assert "signature" not in score(right()).details


def test_versions_name_scorer_formula_and_libraries() -> None:
    assert scorer_versions().keys() == {
        "scorer",
        "points",
        "numpy",
        "scipy",
        "scikit-learn",
        "seqeval",
        "sacrebleu",
        "rouge-score",
        "pycocotools",
        "ir-measures",
        "pytrec_eval-terrier",
    }
