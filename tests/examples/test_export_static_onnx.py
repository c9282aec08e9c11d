from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import made, run_example, write_wheel
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

TrainFile = Callable[[Callable[[int], object]], Path]
WORDS = ["<unk>", *(f"w{number}" for number in range(50))]
VECTORS = np.random.default_rng(0).normal(size=(len(WORDS), 64)).astype(np.float16)
TEXTS = ["w1", "w2 w3", "", "w4 odd w5"]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A wheel with vectors in float16 and a tokenizer that pads and adds a token by itself."""
    entry = {"dtype": "F16", "shape": list(VECTORS.shape), "data_offsets": [0, VECTORS.nbytes]}
    header = json.dumps({"embedding.weight": entry}).encode()
    weights = struct.pack("<Q", len(header)) + header + VECTORS.tobytes()
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    single = [{"SpecialToken": {"id": "w0", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    tokenizer = {
        "version": "1.0",
        "truncation": {
            "direction": "Right",
            "max_length": 2,
            "strategy": "LongestFirst",
            "stride": 0,
        },
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": [*single, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"w0": {"id": "w0", "ids": [1], "tokens": ["w0"]}},
        },
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>"},
    }
    return write_wheel(
        tmp_path / "package.whl",
        {
            "wordllama/weights/l2_supercat_256.safetensors": weights,
            "wordllama/tokenizers/l2_supercat_tokenizer_config.json": json.dumps(
                tokenizer
            ).encode(),
        },
    )


def _mean(text: str) -> list[float]:
    ids = [WORDS.index(word) if word in WORDS else 0 for word in text.split()] or [0]
    return [float(number) for number in VECTORS[ids].astype(np.float32).mean(axis=0)]


def test_embeddings_are_the_averages_of_the_vectors(tmp_path: Path, package: Path) -> None:
    staged = Staged(tmp_path / "run", format="onnx")
    made(run_example("export_static_onnx.py", "--package", package, "--out", staged.model))
    staged.task("probed", TEXTS, train=["w7 w8"])
    run_staged(staged)
    result = staged.result("probed")
    assert result.report["status"] == "ok", result.report
    assert result.report["dtype"] == "float16"
    for number, text in enumerate(TEXTS):
        embedding = result.rows[f"r{number}"]["embedding"]
        np.testing.assert_allclose(embedding, _mean(text), rtol=1e-4, atol=1e-6)
    declared = parse_declaration((staged.model / "submission.yaml").read_bytes())
    assert declared.format == "onnx"


@pytest.mark.parametrize(
    ("kind", "labels"), [("text_classification", ["high", "low"]), ("text_regression", [])]
)
def test_a_head_is_fitted_to_the_train_split(
    tmp_path: Path, package: Path, train_file: TrainFile, kind: str, labels: list[str]
) -> None:
    staged = Staged(tmp_path / "run", format="onnx")
    low, high = ("low", "high") if labels else (-1.0, 1.0)
    train = train_file(lambda word: low if word < 25 else high)
    made(
        run_example(
            *("export_static_onnx.py", "--package", package, "--out", staged.own("own")),
            *("--train", train, "--task-kind", kind, "--labels", ",".join(labels[::-1])),
        )
    )
    tests = [f"w{number}" for number in range(50)]
    staged.task("own", tests, kind=kind, labels=labels)
    run_staged(staged)
    result = staged.result("own")
    assert result.report["status"] == "ok", result.report
    rows = [result.rows[f"r{number}"] for number in range(50)]
    is_high = [row["label"] == "high" if labels else row["value"] > 0 for row in rows]
    assert sum(value == (word >= 25) for word, value in enumerate(is_high)) > 40


def test_a_package_without_the_vectors_is_refused(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "package.whl", {"wordllama/other": b""})
    done = run_example("export_static_onnx.py", "--package", wheel, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "lacks wordllama/weights" in done.stderr
