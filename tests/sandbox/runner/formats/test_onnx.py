"""The real runner on small ONNX graphs, good and bad, in one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..real_runs import run_staged
from ..staging import Staged
from . import onnx_writer as onnx

pytestmark = pytest.mark.runner

WORDS = ["[PAD]", "[UNK]", *(f"w{number}" for number in range(10))]
VECTORS = np.random.default_rng(0).normal(size=(len(WORDS), 3)).astype(np.float32)
LOGITS = np.stack([VECTORS[:, 0], -VECTORS[:, 0]], axis=1)
TEXTS = ["w1", "w2 w3 w4", "", "w5 w6 w7 w8 w9 w0", "odd w1"]
TRAIN = ["w3 w3", "w4"]
PAIRS = [("w1 w2", "w2 w1"), ("w1", "w5 w6 w7")]


def tokenizer(**changes: Any) -> str:
    """A word-level tokenizer with padding and truncation of its own, which must not matter."""
    data = {
        "version": "1.0",
        "truncation": {
            "direction": "Right",
            "max_length": 1,
            "strategy": "LongestFirst",
            "stride": 0,
        },
        "padding": {
            "strategy": {"Fixed": 9},
            "direction": "Left",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        },
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }
    return json.dumps(data | changes)


def _put(folder: Path, content: bytes, **files: object) -> None:
    onnx.write(folder / "model.onnx", content)
    (folder / "tokenizer.json").write_text(tokenizer())
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps(data))


def _graph_with_input(name: str, kind: int) -> bytes:
    return onnx.model(
        onnx.graph(
            nodes=[onnx.node("Identity", [name], ["logits"])],
            inputs=[onnx.IDS, onnx.value(name, kind, ["texts", "tokens"])],
            outputs=[onnx.value("logits", kind, ["texts", "tokens"])],
        )
    )


def _custom_operator() -> bytes:
    """An operator that no library of onnxruntime knows."""
    return onnx.model(
        onnx.graph(
            nodes=[onnx.node("Homemade", ["input_ids"], ["logits"], domain="my.own")],
            inputs=[onnx.IDS],
            outputs=[onnx.value("logits", onnx.FLOAT, ["texts", 2])],
        )
    )


def _outside(folder: Path) -> None:
    """Weights that lie in another folder of the submission."""
    (folder.parent / "outside.bin").write_bytes(LOGITS.astype(np.float32).tobytes())
    content = onnx.model(
        onnx.graph(
            nodes=[
                onnx.node("Gather", ["vectors", "input_ids"], ["found"]),
                onnx.node("Gather", ["found", "zero"], ["logits"], onnx.attribute("axis", 1)),
            ],
            tensors=[
                onnx.external_tensor("vectors", LOGITS.shape, "../outside.bin"),
                onnx.tensor("zero", np.array(0, dtype=np.int64)),
            ],
            inputs=[onnx.IDS],
            outputs=[onnx.value("logits", onnx.FLOAT, ["texts", 2])],
        )
    )
    _put(folder, content)


def _no_tokenizer(folder: Path) -> None:
    _put(folder, onnx.first_token(LOGITS, "logits"))
    (folder / "tokenizer.json").unlink()


def _broken_tokenizer(folder: Path) -> None:
    _put(folder, onnx.first_token(LOGITS, "logits"))
    (folder / "tokenizer.json").write_text("{}")


def _nan(folder: Path) -> None:
    _put(folder, onnx.first_token(np.full_like(LOGITS, np.nan), "logits"))


def _only(content: bytes) -> Callable[[Path], None]:
    return lambda folder: _put(folder, content)


def _empty(folder: Path) -> None:
    (folder / "podium.json").write_text("{}")


FAILURES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no-graph": (_empty, "model_missing", "model.onnx"),
    "not-a-graph": (_only(b"nonsense"), "bad_model", "model.onnx"),
    "no-logits": (_only(onnx.token_vectors(VECTORS)), "missing_head", "last_hidden_state"),
    "outside": (_outside, "bad_model", "outside its folder"),
    "custom-operator": (_only(_custom_operator()), "bad_model", "model.onnx"),
    "pixels": (
        _only(_graph_with_input("pixel_values", onnx.FLOAT)),
        "unsupported_architecture",
        "pixel_values",
    ),
    "token-logits": (_only(onnx.token_vectors(LOGITS, "logits")), "bad_model", "dimensions"),
    "three-outputs": (_only(onnx.first_token(VECTORS, "logits")), "wrong_labels", "3 outputs"),
    "small": (_only(onnx.first_token(LOGITS[:4], "logits")), "bad_model", "failed"),
    "nan": (_nan, "non_finite_output", "NaN"),
    "no-tokenizer": (_no_tokenizer, "bad_tokenizer", "tokenizer.json"),
    "broken-tokenizer": (_broken_tokenizer, "bad_tokenizer", "tokenizer.json"),
}


@dataclass(frozen=True)
class Matrix:
    """One finished run over every graph."""

    staged: Staged


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    staged = Staged(tmp_path_factory.mktemp("onnx") / "run", format="onnx")
    _put(staged.model, onnx.token_vectors(VECTORS), config={"max_position_embeddings": 5})
    staged.task("mean", TEXTS, train=TRAIN)
    staged.task("cls", TEXTS, train=TRAIN, pooling="cls")
    staged.task("similarity", PAIRS, kind="sentence_similarity", labels=[])
    _put(staged.own("pooled"), onnx.first_token(VECTORS, "sentence_embedding"))
    staged.task("pooled", TEXTS, train=TRAIN)
    for slug, files in {
        "plain": {},
        "podium": {"podium": {"id2label": {"0": "positive", "1": "negative"}}},
        "config": {"config": {"id2label": {"0": "positive", "1": "negative"}}},
    }.items():
        _put(staged.own(slug), onnx.first_token(LOGITS, "logits"), **files)
        staged.task(slug, TEXTS)
    for slug, kind, texts in (
        ("value", "text_regression", TEXTS),
        ("pairs", "sentence_similarity", PAIRS),
    ):
        _put(staged.own(slug), onnx.first_token(LOGITS[:, :1], "logits"))
        staged.task(slug, texts, kind=kind, labels=[])
    for name, (write, _, _) in FAILURES.items():
        write(staged.own(name))
        staged.task(name, TEXTS)
    run_staged(staged)
    return Matrix(staged)


def _ids(text: str, limit: int = 64) -> list[int]:
    known = [WORDS.index(word) if word in WORDS else 1 for word in text.split()]
    return (known or [0])[:limit]


def _rows(matrix: Matrix, slug: str) -> dict[str, dict[str, Any]]:
    result = matrix.staged.result(slug)
    assert result.report["status"] == "ok", result.report
    return result.rows


def test_token_vectors_are_averaged_over_the_mask(matrix: Matrix) -> None:
    rows = _rows(matrix, "mean")
    for prefix, texts in (("r", TEXTS), ("t", TRAIN)):
        for number, text in enumerate(texts):
            expected = VECTORS[_ids(text, 5)].mean(axis=0)
            embedding = rows[f"{prefix}{number}"]["embedding"]
            np.testing.assert_allclose(embedding, expected, rtol=1e-4)


def test_cls_takes_the_first_token(matrix: Matrix) -> None:
    for number, text in enumerate(TEXTS):
        embedding = _rows(matrix, "cls")[f"r{number}"]["embedding"]
        np.testing.assert_allclose(embedding, VECTORS[_ids(text)[0]], rtol=1e-4)


def test_a_pooled_output_is_taken_as_it_is(matrix: Matrix) -> None:
    pooled, first = _rows(matrix, "pooled"), _rows(matrix, "cls")
    for number in range(len(TEXTS)):
        assert pooled[f"r{number}"]["embedding"] == first[f"r{number}"]["embedding"]


def test_similarity_is_the_cosine(matrix: Matrix) -> None:
    rows = _rows(matrix, "similarity")
    assert rows["r0"]["score"] == pytest.approx(1.0)
    a, b = (VECTORS[_ids(text)].mean(axis=0) for text in PAIRS[1])
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert rows["r1"]["score"] == pytest.approx(cosine, abs=1e-5)


def test_labels_without_names_go_by_index(matrix: Matrix) -> None:
    for number, text in enumerate(TEXTS):
        positive = LOGITS[_ids(text)[0], 1] > LOGITS[_ids(text)[0], 0]
        label = "positive" if positive else "negative"
        assert _rows(matrix, "plain")[f"r{number}"]["label"] == label


@pytest.mark.parametrize("slug", ["podium", "config"])
def test_labels_with_names_go_by_name(matrix: Matrix, slug: str) -> None:
    plain = _rows(matrix, "plain")
    for one, row in _rows(matrix, slug).items():
        assert row["label"] != plain[one]["label"]
        assert row["probs"] == plain[one]["probs"][::-1]


def test_a_single_logit_is_a_value(matrix: Matrix) -> None:
    rows = _rows(matrix, "value")
    for number, text in enumerate(TEXTS):
        assert rows[f"r{number}"]["value"] == pytest.approx(LOGITS[_ids(text)[0], 0], rel=1e-4)


def test_a_single_logit_over_both_texts_is_a_score(matrix: Matrix) -> None:
    rows = _rows(matrix, "pairs")
    for number, (text, _) in enumerate(PAIRS):
        assert rows[f"r{number}"]["score"] == pytest.approx(LOGITS[_ids(text)[0], 0], rel=1e-4)


@pytest.mark.parametrize("name", FAILURES)
def test_a_bad_graph_fails_alone_with_its_code(matrix: Matrix, name: str) -> None:
    _, code, word = FAILURES[name]
    result = matrix.staged.result(name)
    assert (result.report["error_code"], result.raw) == (code, b"")
    assert word in result.report["message"]


def test_the_report_counts_initialisers_and_cut_texts(matrix: Matrix) -> None:
    report = matrix.staged.result("mean").report
    assert report["parameters"] == VECTORS.size
    assert report["dtype"] == "float32"
    assert report["model_bytes"] == (matrix.staged.model / "model.onnx").stat().st_size
    assert report["truncated_rows"] == 1
