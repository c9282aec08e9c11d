"""The real runner on tiny models of many architectures, good and bad, in one run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..real_runs import run_python, run_staged
from ..staging import Staged, write_rows

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
LONG = " ".join(f"w{number % 50}" for number in range(60))
TEXTS = ["w1", "w2 w3 w4 w5 w6", "w7 w8", "", "unknown w9", LONG, "w2 w3 w4 w5 w6", "w10 w11 w12"]
TRAIN = ["w20 w21", "w22", "w23 w24 w25 w26"]
PAIRS = [("w1 w2", "w1 w2"), ("w1 w2", "w30 w31 w32 w33"), ("w5", LONG)]

HEADS = {"headed": 2, "roberta-value": 1, "gpt2": 2, "placeholder-labels": 2}
ENCODERS = ("distilbert", "xlnet", "t5", "bart", "without-pooler", "sharded", "headed")
FAILURES = {
    "missing-head": "missing_head",
    "missing-body": "bad_model",
    "other-size": "bad_model",
    "not-finite": "non_finite_output",
    "no-config": "model_missing",
    "no-weights": "model_missing",
    "broken-weights": "bad_model",
    "no-tokenizer": "bad_tokenizer",
    "broken-tokenizer": "bad_tokenizer",
    "larger-vocabulary": "bad_tokenizer",
    "own-code": "unsupported_architecture",
    "other-labels": "wrong_labels",
    "three-labels": "wrong_labels",
    "vision": "unsupported_architecture",
    "t5": "bad_model",
}
LIMITS = {"roberta-value": 39, "gpt2": 40, "headed": 40, "placeholder-labels": 40}


@dataclass(frozen=True)
class Matrix:
    """One finished run over every model, with its progress events."""

    staged: Staged
    events: list[dict[str, Any]]
    models: Path


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    made = run_python(HERE / "tiny_models.py", out)
    assert made.returncode == 0, made.stderr
    return out


def _stage(root: Path, models: Path) -> Staged:
    staged = Staged(root)
    shutil.copytree(models / "encoder", staged.model, dirs_exist_ok=True)
    for pooling in ("mean", "cls", "model"):
        staged.task(f"root-{pooling}", TEXTS, train=TRAIN, pooling=pooling)
    staged.task("root-similarity", PAIRS, kind="sentence_similarity", labels=[])
    for name in HEADS:
        kind = "text_regression" if name == "roberta-value" else "text_classification"
        _own(staged, models, name, f"head-{name}", kind=kind)
    for name in ENCODERS:
        _own(staged, models, name, f"probe-{name}", train=TRAIN)
    _own(staged, models, "own-pooling", "own-pooling", train=TRAIN, pooling="model")
    for name in FAILURES:
        _own(staged, models, name, f"bad-{name}")
    _own(staged, models, "known-with-own-code", "known-with-own-code")
    shutil.copytree(models / "pair-value", staged.own("pairs"), dirs_exist_ok=True)
    staged.task("pairs", PAIRS, kind="sentence_similarity", labels=[])
    return staged


def _own(staged: Staged, models: Path, name: str, slug: str, **config: Any) -> None:
    shutil.copytree(models / name, staged.own(slug), dirs_exist_ok=True)
    staged.task(slug, TEXTS, **config)


@pytest.fixture(scope="module")
def matrix(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    staged = _stage(tmp_path_factory.mktemp("matrix") / "run", models)
    return Matrix(staged, run_staged(staged), models)


@pytest.fixture(scope="module")
def expected(models: Path) -> dict[str, list[list[float]]]:
    """The outputs by slug, computed one text at a time."""
    probed = [[text] for text in TEXTS + TRAIN]
    paired = [[text] for pair in PAIRS for text in pair]
    jobs = {
        "root-mean": _job(models, "encoder", "mean", probed),
        "root-cls": _job(models, "encoder", "cls", probed),
        "own-pooling": _job(models, "own-pooling", "cls", probed),
        "root-similarity": _job(models, "encoder", "mean", paired),
        "pairs": _job(models, "pair-value", "head", [list(pair) for pair in PAIRS]),
    }
    for name in HEADS:
        texts = [[text] for text in TEXTS]
        jobs[f"head-{name}"] = _job(models, name, "head", texts, LIMITS[name])
    for name in ENCODERS:
        jobs[f"probe-{name}"] = _job(
            models, name, "mean", probed, 64 if name in ("xlnet", "t5") else 40
        )
    done = run_python(HERE / "reference.py", stdin=json.dumps(list(jobs.values())))
    assert done.returncode == 0, done.stderr
    return dict(zip(jobs, json.loads(done.stdout), strict=True))


def _job(
    models: Path, name: str, part: str, texts: Sequence[Sequence[str]], max_length: int = 40
) -> dict[str, Any]:
    return {
        "folder": str(models / name),
        "part": part,
        "max_length": max_length,
        "texts": texts,
    }


def _embeddings(matrix: Matrix, slug: str) -> list[list[float]]:
    result = matrix.staged.result(slug)
    assert result.report["status"] == "ok", result.report
    ids = [f"r{number}" for number in range(len(TEXTS))]
    ids += [f"t{number}" for number in range(len(TRAIN))]
    assert set(result.rows) == set(ids)
    return [result.rows[one]["embedding"] for one in ids]


@pytest.mark.parametrize(
    "slug", ["root-mean", "root-cls", "own-pooling", *(f"probe-{name}" for name in ENCODERS)]
)
def test_embeddings_are_those_of_each_text_alone(
    matrix: Matrix, expected: dict[str, list[list[float]]], slug: str
) -> None:
    np.testing.assert_allclose(_embeddings(matrix, slug), expected[slug], rtol=1e-4, atol=1e-5)


def test_a_folder_without_its_own_pooling_is_averaged(matrix: Matrix) -> None:
    assert _embeddings(matrix, "root-model") == _embeddings(matrix, "root-mean")


@pytest.mark.parametrize(
    ("name", "order"), [("headed", [1, 0]), ("gpt2", [0, 1]), ("placeholder-labels", [0, 1])]
)
def test_labels_and_probabilities_are_those_of_each_text_alone(
    matrix: Matrix, expected: dict[str, list[list[float]]], name: str, order: list[int]
) -> None:
    result = matrix.staged.result(f"head-{name}")
    assert result.report["status"] == "ok", result.report
    logits = np.array(expected[f"head-{name}"])[:, order]
    powers = np.exp(logits)
    probs = powers / powers.sum(axis=1, keepdims=True)
    for number in range(len(TEXTS)):
        row = result.rows[f"r{number}"]
        assert row["label"] == ("negative", "positive")[int(probs[number].argmax())]
        assert row["probs"] == pytest.approx(probs[number].tolist(), abs=1e-5)


def test_values_are_those_of_each_text_alone(
    matrix: Matrix, expected: dict[str, list[list[float]]]
) -> None:
    result = matrix.staged.result("head-roberta-value")
    values = [result.rows[f"r{number}"]["value"] for number in range(len(TEXTS))]
    expected_values = [row[0] for row in expected["head-roberta-value"]]
    np.testing.assert_allclose(values, expected_values, rtol=1e-4, atol=1e-5)


def test_similarity_is_the_cosine_of_pooled_embeddings(
    matrix: Matrix, expected: dict[str, list[list[float]]]
) -> None:
    result = matrix.staged.result("root-similarity")
    vectors = np.array(expected["root-similarity"])
    for number in range(len(PAIRS)):
        a, b = vectors[2 * number], vectors[2 * number + 1]
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        assert result.rows[f"r{number}"]["score"] == pytest.approx(cosine, abs=1e-5)
    assert result.rows["r0"]["score"] == pytest.approx(1.0)


def test_a_head_for_pairs_scores_similarity(
    matrix: Matrix, expected: dict[str, list[list[float]]]
) -> None:
    result = matrix.staged.result("pairs")
    for number, row in enumerate(expected["pairs"]):
        assert result.rows[f"r{number}"]["score"] == pytest.approx(row[0], abs=1e-5)


@pytest.mark.parametrize(("name", "code"), FAILURES.items())
def test_a_bad_model_fails_alone_with_its_code(matrix: Matrix, name: str, code: str) -> None:
    result = matrix.staged.result(f"bad-{name}")
    assert (result.report["status"], result.report["error_code"]) == ("failed", code)
    assert result.report["message"]
    assert result.raw == b""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing-head", ["classifier.weight", "classifier.bias"]),
        ("missing-body", ["layer.2"]),
        ("other-size", ["classifier.weight"]),
        ("three-labels", ["3 outputs", "negative, positive"]),
        ("other-labels", ["good, bad", "negative, positive"]),
        ("own-code", ["homemade"]),
        ("no-weights", ["model.safetensors"]),
        ("larger-vocabulary", ["the model knows 10"]),
    ],
)
def test_a_message_names_what_is_wrong(matrix: Matrix, name: str, words: list[str]) -> None:
    message = matrix.staged.result(f"bad-{name}").report["message"]
    assert [word for word in words if word not in message] == []


def test_code_of_the_submission_never_runs(matrix: Matrix) -> None:
    known = matrix.staged.result("known-with-own-code")
    assert known.rows == matrix.staged.result("head-headed").rows
    assert not (matrix.models / "own-code" / "ran").exists()


def test_reports_tell_parameters_truncation_and_memory(matrix: Matrix) -> None:
    report = matrix.staged.result("root-mean").report
    tensors = matrix.models / "encoder" / "model.safetensors"
    assert report["parameters"] * 4 < report["model_bytes"] == tensors.stat().st_size
    assert report["truncated_rows"] == 1
    assert report["rows"] == len(TEXTS) + len(TRAIN)
    assert 100_000_000 < report["peak_memory_bytes"] < 10_000_000_000


def test_reports_tell_what_one_row_takes(matrix: Matrix) -> None:
    for slug in ("root-mean", "root-similarity", "head-gpt2"):
        report = matrix.staged.result(slug).report
        measured = len(TEXTS) >= 5 and slug != "root-similarity"
        assert (report["latency_p50_ms"] is not None) == measured
        assert report["parameters_by_dtype"] == {"float32": report["parameters"]}
        assert 10_000 < report["flops_per_row"] < 10_000_000


def test_every_task_starts_and_finishes_in_the_progress(matrix: Matrix) -> None:
    finished = {
        event["task"]: event["status"]
        for event in matrix.events
        if event["event"] == "task_finished"
    }
    assert set(finished) == set(matrix.staged.tasks)
    assert matrix.events[-1]["event"] == "finished"
    assert matrix.events[-1]["done"] == list(finished.values()).count("ok")


def test_the_order_of_the_rows_does_not_change_a_byte(matrix: Matrix, tmp_path: Path) -> None:
    staged = Staged(tmp_path / "run")
    shutil.copytree(matrix.models / "encoder", staged.model, dirs_exist_ok=True)
    staged.task("root-mean", TEXTS, train=TRAIN)
    staged.task("root-similarity", PAIRS, kind="sentence_similarity", labels=[])
    for path in (staged.in_dir / "tasks").rglob("*.jsonl"):
        path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))
    run_staged(staged)
    for slug in staged.tasks:
        assert staged.result(slug).raw == matrix.staged.result(slug).raw


def test_bfloat16_stays_close_and_says_so(matrix: Matrix, tmp_path: Path) -> None:
    staged = Staged(tmp_path / "run", settings={"dtype": "bfloat16"})
    shutil.copytree(matrix.models / "encoder", staged.model, dirs_exist_ok=True)
    staged.task("root-mean", TEXTS, train=TRAIN)
    run_staged(staged)
    result = staged.result("root-mean")
    assert result.report["dtype"] == "bfloat16"
    full = matrix.staged.result("root-mean").rows
    for one, row in result.rows.items():
        np.testing.assert_allclose(row["embedding"], full[one]["embedding"], atol=0.1)


def test_a_run_without_its_file_ends_with_status_two(tmp_path: Path) -> None:
    staged = Staged(tmp_path / "run")
    write_rows(staged.in_dir / "inputs.jsonl", "r", TEXTS)
    done = run_python(
        "-m", "runner", staged.in_dir, staged.out_dir, paths=[HERE.parents[2] / "sandbox"]
    )
    assert done.returncode == 2
    assert "run.json" in done.stderr
    assert done.stdout == ""
