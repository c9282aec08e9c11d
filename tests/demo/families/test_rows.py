"""The families' generated data: what the platform takes, the same each time, never divided."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from competitions.dataset_check import DatasetFacts, check_dataset
from competitions.kinds import KINDS, get_kind
from competitions.kinds.metric_facts import METRIC_FACTS, anchor_problems
from competitions.kinds.regions import inside_runs, regions_label
from demo import data as demo_data
from demo.families import biology, data, language, tasks
from demo.families.pictures import SHAPES, packed, regions, run_lengths, scene
from demo.families.texts import articles
from demo.families.world import person, sentences
from demo.sources import RatedText
from demo.splits import Example
from demo.tasks import TaskPlan

TRAIN, TEST = 60, 30
REAL = {
    *(tasks.SENTIMENT, tasks.SENTIMENT_PROBE, tasks.VALENCE, tasks.SIMILARITY),
    *(tasks.ARTICLES, tasks.DIGITS, tasks.PEPTIDES, tasks.LECTURERS),
}
OFFLINE = [plan for plan in tasks.TASKS if plan not in REAL]


def small(plan: TaskPlan) -> TaskPlan:
    return replace(plan, train_rows=TRAIN if plan.train_rows else 0, test_rows=TEST)


def written(plan: TaskPlan, folder: Path) -> Path:
    """The files of a task with few rows."""
    few = small(plan)
    demo_data.write_task(folder, few, data.MAKERS[plan](few).parts)
    made = data.MAKERS[plan](few)
    if made.files:
        used = {row["input"]["image"] for row in (*made.parts.train, *made.parts.test)}
        packing = packed({name: made.files[name] for name in used})
        (folder / plan.slug / "files.zip").write_bytes(packing)
    return folder / plan.slug


def checked(plan: TaskPlan, folder: Path) -> DatasetFacts:
    kind = get_kind(plan.kind)

    def opened(name: str) -> io.BytesIO | None:
        path = folder / name
        return io.BytesIO(path.read_bytes()) if path.is_file() else None

    inputs, labels = opened("inputs.jsonl"), opened("labels.jsonl")
    assert inputs is not None
    assert labels is not None
    return check_dataset(
        inputs=inputs,
        labels=labels,
        train=opened("train.jsonl"),
        kind=kind,
        labels_allowed=kind.classes(plan.labels),
        files=opened("files.zip"),
    )


@pytest.mark.parametrize("plan", OFFLINE, ids=lambda plan: plan.slug)
def test_rows_pass_the_check_of_datasets(plan: TaskPlan, tmp_path: Path) -> None:
    facts = checked(plan, written(plan, tmp_path))
    assert facts.rows >= TEST
    assert facts.train_rows == (TRAIN if plan.train_rows else 0)


@pytest.mark.parametrize("plan", OFFLINE, ids=lambda plan: plan.slug)
def test_the_same_code_makes_the_same_rows(plan: TaskPlan) -> None:
    few = small(plan)
    assert data.MAKERS[plan](few) == data.MAKERS[plan](few)


@pytest.mark.parametrize("plan", OFFLINE, ids=lambda plan: plan.slug)
def test_no_input_is_on_both_sides(plan: TaskPlan) -> None:
    parts = data.MAKERS[plan](small(plan)).parts
    sides = [{json.dumps(row["input"]) for row in side} for side in (parts.train, parts.test)]
    assert not sides[0] & sides[1]


def test_there_is_a_task_of_every_kind_with_a_metric_that_fits() -> None:
    assert {plan.kind for plan in tasks.TASKS} == KINDS.keys()
    for plan in tasks.TASKS:
        kind = KINDS[plan.kind]
        assert plan.metric in kind.metrics
        assert plan.track in kind.tracks
        facts = METRIC_FACTS[plan.metric]
        assert not anchor_problems(facts, baseline=plan.baseline, ceiling=plan.ceiling)
    assert {plan.track for plan in tasks.TASKS} == {"predict", "probe", "finetune", "prompt"}
    assert len({plan.slug for plan in tasks.TASKS}) == len(tasks.TASKS)


def test_corpora_hold_no_text_of_a_test_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "CORPUS_DOCUMENTS", 400)
    monkeypatch.setattr(data, "TOLD_DOCUMENTS", 400)
    first = next(language.told_corpus(1))
    data._write_corpora(tmp_path, [first])
    told = (tmp_path / "told.txt").read_text()
    assert first not in told
    assert len(told.splitlines()) > 300
    assert (tmp_path / "corpus.txt").read_text().count("\n\n") > 300


@pytest.mark.parametrize(
    ("make", "right"),
    [
        (language.answers, lambda row: all(a in row.input["context"] for a in row.label)),
        (language.entities, lambda row: len(row.input["words"]) == len(row.label)),
        (language.gaps, lambda row: len(row.input["masked"]) == len(row.label)),
        (language.gaps, lambda row: all(row.input["words"][n] == "" for n in row.input["masked"])),
        (biology.folds, lambda row: len(row.input["sequence"]) == len(row.label)),
    ],
)
def test_labels_fit_their_rows(
    make: Callable[[int], list[Example]], right: Callable[[Example], bool]
) -> None:
    assert all(map(right, make(50)))


def test_a_claim_that_contradicts_differs_from_the_story() -> None:
    for row in language.inferences(200):
        value = row.input["text_b"].removesuffix(" .").split()[-1]
        if row.slices["topic"] == "work" and row.label != language.UNKNOWN:
            assert (value in row.input["text_a"]) is (row.label == language.ENTAILED)


def test_a_sentence_that_does_not_follow_is_another_one() -> None:
    rows = language.next_sentences(200)
    assert {row.label for row in rows} == {True, False}
    assert 60 < sum(row.label for row in rows) < 140


def test_contacts_join_letters_that_are_partners() -> None:
    for row in biology.contacts(20):
        sequence = row.input["sequence"]
        for first, second in row.label["pairs"]:
            assert biology.PARTNERS[sequence[first]] == sequence[second]
            assert second - first >= 24


def test_scenes_keep_shapes_apart_and_cover_every_pixel() -> None:
    for seed in range(20):
        pixels, things = scene(random.Random(seed))
        assert pixels.shape == (64, 64, 3)
        assert 1 <= len(things) <= 3
        assert sum(thing.mask.astype(int) for thing in things).max() == 1  # type: ignore[union-attr]
        for thing in things:
            rows, columns = np.nonzero(thing.mask)
            x, y, width, height = thing.box
            assert (columns.min(), columns.max()) == (x, x + width - 1)
            assert (rows.min(), rows.max()) == (y, y + height - 1)
        label = regions_label(regions(things), ("background", *SHAPES))
        found = [run for region in label.regions for run in inside_runs(region)]
        assert sum(stop - start for start, stop in found) == 64 * 64


def test_run_lengths_go_column_by_column_and_begin_outside() -> None:
    mask = np.array([[True, False], [True, True]])
    assert run_lengths(mask) == [0, 2, 1, 1]
    assert run_lengths(~mask) == [2, 1, 1]


def test_second_sentences_say_no_name() -> None:
    rng = random.Random(0)
    for _ in range(50):
        one = person(rng)
        for topic in ("work", "pets", "weather", "travel"):
            assert one.name not in sentences(one, topic)[1]


def test_articles_are_asked_for_by_a_sentence_that_they_lack() -> None:
    rows = [
        RatedText(document=str(n // 10), text=f"text {n} of {n // 10}" * (n % 3 + 1), rating=0.0)
        for n in range(40)
    ]
    test = articles(rows, slug="articles", count=3).test
    assert [row["input"]["role"] for row in test] == ["query", "document"] * 3
    for query, document in zip(test[::2], test[1::2], strict=True):
        assert query["label"] == {document["id"]: 1}
        assert query["input"]["text"] not in document["input"]["text"]
