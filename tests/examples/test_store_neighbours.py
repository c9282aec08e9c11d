from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from demo.families import language
from demo.families.world import TOPICS
from demo.splits import Example
from tests.examples.conftest import made, run_example
from tests.examples.test_export_table_onnx import plants
from tests.examples.test_train_protein import charged
from tests.examples.test_train_recommender import ITEMS, tastes
from tests.examples.trial import SLUG, Trial
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

CLAIMS = (language.CONTRADICTED, language.ENTAILED, language.UNKNOWN)
SIZES = ("small", "large")


@pytest.mark.parametrize(
    ("kind", "metric", "examples", "classes", "least"),
    [
        ("text_multilabel", "multilabel_macro_f1", language.topic_sets(240), TOPICS, 0.6),
        ("pair_classification", "accuracy", language.inferences(240), CLAIMS, 0.34),
        ("token_classification", "entity_f1", language.entities(240), language.TAGS, 0.6),
        ("extractive_qa", "answer_f1", language.answers(240), (), 0.2),
        ("text_generation", "chrf", language.descriptions(240), (), 0.5),
        ("recommendation", "recall_at_10", tastes(240), ITEMS, 0.5),
        ("sequence_classification", "accuracy", charged(240), ("negative", "positive"), 0.9),
        (
            *("tabular_classification", "accuracy"),
            *(plants(240, "tabular_classification"), SIZES, 0.8),
        ),
        ("tabular_regression", "r2", plants(240, "tabular_regression"), (), 0.5),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_neighbours_answer_better_than_chance(
    kind: str,
    metric: str,
    examples: Sequence[Example],
    classes: Sequence[str],
    least: float,
    tmp_path: Path,
) -> None:
    trial = Trial(kind=kind, metric=metric, examples=examples, classes=classes)
    staged = Staged(tmp_path / "run", format="python")
    train = trial.write_train(tmp_path)
    made(run_example("store_neighbours.py", "--rows", SLUG, train, "--out", staged.model))
    assert trial.score(staged) > least


def test_a_task_without_rows_fails_alone(tmp_path: Path) -> None:
    trial = Trial(kind="text_multilabel", metric="", examples=language.topic_sets(60))
    staged = Staged(tmp_path / "run", format="python")
    train = trial.write_train(tmp_path)
    made(run_example("store_neighbours.py", "--rows", "other", train, "--out", staged.model))
    for slug in ("own", "other"):
        staged.inputs(slug, [{"text": "a"}], kind="text_multilabel", labels=list(TOPICS))
    run_staged(staged)
    assert staged.result("other").report["status"] == "ok"
    assert "has no rows for own" in staged.result("own").report["message"]
