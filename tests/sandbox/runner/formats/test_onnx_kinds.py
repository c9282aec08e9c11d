"""The real runner on one ONNX graph for each kind of task over texts, by declared names."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from competitions.kinds import KINDS

from ..real_runs import run_staged
from ..staging import Staged
from . import onnx_writer as onnx

pytestmark = pytest.mark.runner

WORDS = ["[PAD]", "[UNK]", "[MASK]", "[SEP]", *(f"w{number}" for number in range(6)), "M", "K", "T"]
SIZE = len(WORDS)
RNG = np.random.default_rng(0)
NEXT = 9 * np.roll(np.eye(SIZE, dtype=np.float32), 1, axis=1)
NEXT[WORDS.index("w5")] = 9 * np.eye(SIZE, dtype=np.float32)[WORDS.index("[SEP]")]
"""The likeliest token after each: the next in the list; after w5 the end."""

TAGS = ["O", "B-X", "I-X"]
TAG_TABLE = np.eye(3, dtype=np.float32)[np.arange(SIZE) % 3]
PAIR = np.stack([np.arange(SIZE), SIZE - np.arange(SIZE)], axis=1).astype(np.float32) / 4
PLACE = np.arange(SIZE, dtype=np.float32)
NEAR = np.eye(SIZE, dtype=np.float32)
TEXT = "w0 w1 w2"


def tokenizer(*, split: str) -> str:
    """Word by word, or letter by letter."""
    letters = {
        "type": "Split",
        "pattern": {"Regex": "."},
        "behavior": "Isolated",
        "invert": False,
    }
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    return json.dumps(
        {
            "version": "1.0",
            "added_tokens": [],
            "pre_tokenizer": letters if split == "letters" else {"type": "WhitespaceSplit"},
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        }
    )


def _put(folder: Path, content: bytes, outputs: Mapping[str, str], **more: Any) -> None:
    onnx.write(folder / "model.onnx", content)
    split = more.pop("split", "words")
    (folder / "tokenizer.json").write_text(tokenizer(split=split))
    (folder / "podium.json").write_text(json.dumps({"outputs": outputs, **more}))


PAIRS = [{"text_a": "w5", "text_b": "w1"}]
LETTERS = [{"sequence": "MKT"}, {"sequence": "TTTMK"}]
# Slug: kind, graph, the names it declares, inputs, what its task.json says besides.
TASKS: dict[str, tuple[str, bytes, dict[str, Any], Sequence[Mapping[str, Any]], dict[str, Any]]] = {
    "tags": (
        "token_classification",
        onnx.looked_up(y=TAG_TABLE),
        {"outputs": {"logits": "y"}},
        [{"words": ["w0", "w1", "w2", "other"]}],
        {"labels": TAGS},
    ),
    "span": (
        "extractive_qa",
        onnx.looked_up(first=PLACE, last=-np.abs(PLACE - 6)),
        {"outputs": {"start_logits": "first", "end_logits": "last"}},
        [{"question": "w5 w5", "context": "w3 w1 w2 w0"}],
        {"labels": []},
    ),
    "generate": (
        "text_generation",
        onnx.looked_up(y=NEXT),
        {"outputs": {"logits": "y"}},
        [{"text": "w0 w1"}, {"text": "w4"}],
        {"labels": [], "settings": {"max_new_tokens": 3}},
    ),
    "bounded": (
        "text_generation",
        onnx.looked_up(y=NEXT),
        {"outputs": {"logits": "y"}, "max_position_embeddings": 4},
        [{"text": "w0 w1 w2 w3 w4"}],
        {"labels": [], "settings": {"max_new_tokens": 3}},
    ),
    "fill": (
        "masked_language_modelling",
        onnx.looked_up(y=NEXT),
        {"outputs": {"logits": "y"}},
        [{"words": ["w0", "", "w2"], "masked": [1]}],
        {"labels": []},
    ),
    "next": (
        "next_sentence_prediction",
        onnx.first_token(PAIR, "y"),
        {"outputs": {"logits": "y"}},
        [{"text_a": "w5", "text_b": "w1"}, {"text_a": "w0", "text_b": "w1"}],
        {},
    ),
    "causal": (
        "causal_language_modelling",
        onnx.looked_up(y=NEXT),
        {"outputs": {"logits": "y"}},
        [{"text": TEXT}],
        {"labels": []},
    ),
    "pseudo": (
        "pseudo_likelihood",
        onnx.looked_up(y=NEXT),
        {"outputs": {"logits": "y"}},
        [{"text": "w0"}],
        {"labels": []},
    ),
    "items": (
        "recommendation",
        onnx.first_token(np.tile([3, 2, 1], (SIZE, 1)).astype(np.float32), "y"),
        {"outputs": {"logits": "y"}, "labels": ["w2", "w1", "w0"]},
        [{"history": ["w1"]}],
        {"labels": ["w0", "w1", "w2"]},
    ),
    "likeness": (
        "sentence_similarity",
        onnx.first_token(PAIR[:, :1], "y"),
        {"outputs": {"logits": "y"}},
        PAIRS,
        {"labels": []},
    ),
    "cosine": (
        "sentence_similarity",
        onnx.first_token(PAIR, "y"),
        {"outputs": {"sentence_embedding": "y"}},
        PAIRS,
        {"labels": []},
    ),
    "vectors": (
        "retrieval",
        onnx.token_vectors(PAIR, "y"),
        {"outputs": {"last_hidden_state": "y"}},
        [{"text": "w0 w1", "role": "query"}, {"text": "w2", "role": "document"}],
        {"labels": []},
    ),
    "sequence": (
        "sequence_classification",
        onnx.first_token(PAIR, "y"),
        {"outputs": {"logits": "y"}, "split": "letters"},
        LETTERS,
        {},
    ),
    "spaced": (
        "sequence_classification",
        onnx.first_token(PAIR, "y"),
        {"outputs": {"logits": "y"}, "spaced": True},
        LETTERS,
        {},
    ),
    "residues": (
        "residue_labelling",
        onnx.looked_up(y=TAG_TABLE),
        {"outputs": {"logits": "y"}, "spaced": True},
        LETTERS,
        {"labels": TAGS},
    ),
    "contacts": (
        "contact_prediction",
        onnx.products(NEAR, "y"),
        {"outputs": {"contacts": "y"}, "split": "letters"},
        LETTERS,
        {"labels": []},
    ),
}
MISSING = {
    "tags": "none of the outputs logits",
    "span": "none of the outputs start_logits, end_logits",
    "generate": "none of the outputs logits",
    "contacts": "none of the outputs contacts",
    "vectors": "none of the outputs sentence_embedding, embeddings, last_hidden_state",
}


LENGTHS = onnx.looked_up(y=PLACE)
FIRST = onnx.first_token(PLACE[:, None], "y")
# What a graph gives that its task can't be answered with.
SHAPES: dict[str, tuple[str, bytes, dict[str, str], str]] = {
    "one-of-two": (
        "extractive_qa",
        onnx.looked_up(first=PLACE),
        {"start_logits": "first"},
        "gave start_logits and no end_logits. What it calls by another name",
    ),
    "deep-span": (
        "extractive_qa",
        onnx.looked_up(first=PAIR, last=PAIR),
        {"start_logits": "first", "end_logits": "last"},
        "gave start_logits in 3 dimensions; expected are 2",
    ),
    "flat-tags": ("token_classification", LENGTHS, {"logits": "y"}, "no row for each token"),
    "lengths": (
        "retrieval",
        LENGTHS,
        {"sentence_embedding": "y"},
        "in one batch and 64 in another. Vectors of tokens are called last_hidden_state",
    ),
    "few-scores": (
        "causal_language_modelling",
        onnx.looked_up(y=NEXT[:, :4]),
        {"logits": "y"},
        "The tokenizer gives the token 5, the model has scores for 4.",
    ),
    "few-scores-of-gaps": (
        "pseudo_likelihood",
        onnx.looked_up(y=NEXT[:, :4]),
        {"logits": "y"},
        "The tokenizer gives the token 4, the model has scores for 4.",
    ),
    "one-number": (
        "sentence_similarity",
        FIRST,
        {"sentence_embedding": "y"},
        "A head that reads both texts of a pair has its one label in podium.json",
    ),
}
LONG: dict[str, list[dict[str, Any]]] = {
    "extractive_qa": [{"question": "w1", "context": "w2 w3 w4"}],
    "token_classification": [{"words": ["w1", "w2"]}],
    "retrieval": [{"text": text, "role": "query"} for text in ("w1", *8 * ["w2 " * 64])],
    "sentence_similarity": PAIRS,
    "causal_language_modelling": [{"text": TEXT}],
    "pseudo_likelihood": [{"text": "w0"}],
    "text_generation": [{"text": "w0"}],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = Staged(tmp_path_factory.mktemp("kinds") / "run", format="onnx")
    for slug, (kind, content, declared, rows, config) in TASKS.items():
        _put(staged.own(slug), content, **declared)
        staged.inputs(slug, rows, kind=kind, **config)
    for slug in MISSING:
        kind, content, declared, rows, config = TASKS[slug]
        _put(staged.own(f"no-{slug}"), content, **{**declared, "outputs": {}})
        staged.inputs(f"no-{slug}", rows, kind=kind, **config)
    _put(staged.own("endless"), onnx.looked_up(y=np.full_like(NEXT, np.nan)), {"logits": "y"})
    staged.inputs("endless", LONG["text_generation"], kind="text_generation", labels=[])
    for slug, (kind, content, outputs, _) in SHAPES.items():
        _put(staged.own(slug), content, outputs)
        staged.inputs(slug, LONG[kind], kind=kind, labels=TAGS if slug == "flat-tags" else [])
    run_staged(staged)
    return staged


def _rows(run: Staged, slug: str) -> list[dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report
    return [result.rows[f"r{number}"] for number in range(len(TASKS[slug][3]))]


def _tag(word: str) -> str:
    return TAGS[(WORDS.index(word) if word in WORDS else 1) % 3]


@pytest.mark.parametrize("slug", TASKS)
def test_every_answer_is_what_the_scorer_takes(run: Staged, slug: str) -> None:
    kind = KINDS[TASKS[slug][0]]
    labels = TASKS[slug][4].get("labels", ["negative", "positive"])
    for row in _rows(run, slug):
        fields = {name: value for name, value in row.items() if name != "id"}
        assert kind.answers["predict"].parse(fields, kind.classes(labels)) is not None


def test_words_and_letters_get_labels(run: Staged) -> None:
    (row,) = _rows(run, "tags")
    assert row["tags"] == [_tag(word) for word in TASKS["tags"][3][0]["words"]]
    for row, given in zip(_rows(run, "residues"), LETTERS, strict=True):
        assert row["labels"] == [_tag(letter) for letter in given["sequence"]]


def test_an_answer_is_the_best_span_of_the_context(run: Staged) -> None:
    (row,) = _rows(run, "span")
    assert row["answer"] == "w3 w1 w2"


def test_texts_go_on_until_their_end_or_bound(run: Staged) -> None:
    assert [row["text"] for row in _rows(run, "generate")] == ["w2 w3 w4", "w5 [SEP]"]
    assert [row["text"] for row in _rows(run, "bounded")] == ["w2 w3"]


def test_a_declared_head_reads_pairs_and_declared_vectors_are_compared(run: Staged) -> None:
    (row,) = _rows(run, "likeness")
    assert row["score"] == pytest.approx(PAIR[WORDS.index("w5"), 0])
    (row,) = _rows(run, "cosine")
    first, second = PAIR[WORDS.index("w5")], PAIR[WORDS.index("w1")]
    expected = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert row["score"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("slug", SHAPES)
def test_outputs_of_another_shape_are_the_model_s_fault(run: Staged, slug: str) -> None:
    report = run.result(slug).report
    assert report["error_code"] == "bad_model", report
    assert SHAPES[slug][3] in report["message"], report


def test_no_text_is_made_of_numbers_that_are_none(run: Staged) -> None:
    assert run.result("endless").report["error_code"] == "non_finite_output"


def test_gaps_are_filled(run: Staged) -> None:
    (row,) = _rows(run, "fill")
    assert row["tokens"] == [WORDS[WORDS.index("[MASK]") + 1]]


def test_the_first_output_means_is_next(run: Staged) -> None:
    assert [row["is_next"] for row in _rows(run, "next")] == [True, False]


def _cost(before: str, word: str) -> float:
    powers = np.exp(NEXT[WORDS.index(before)].astype(np.float64))
    return -math.log2(powers[WORDS.index(word)] / powers.sum())


def test_texts_cost_what_the_graph_thinks_of_them(run: Staged) -> None:
    (row,) = _rows(run, "causal")
    expected = math.log2(SIZE) + _cost("w0", "w1") + _cost("w1", "w2")
    assert row["bits"] == pytest.approx(expected, rel=1e-4)
    (row,) = _rows(run, "pseudo")
    assert row["bits"] == pytest.approx(_cost("[MASK]", "w0"), rel=1e-4)


def test_items_follow_the_graph_s_own_order_of_the_catalogue(run: Staged) -> None:
    (row,) = _rows(run, "items")
    assert row["items"] == ["w2", "w0"]


def test_vectors_of_tokens_are_averaged(run: Staged) -> None:
    first, _ = _rows(run, "vectors")
    expected = PAIR[[WORDS.index("w0"), WORDS.index("w1")]].mean(axis=0)
    assert first["embedding"] == pytest.approx(expected.tolist(), rel=1e-4)


def test_letters_stand_apart_where_the_folder_says_so(run: Staged) -> None:
    """Both tokenizers see the same letters."""
    assert _rows(run, "spaced") == _rows(run, "sequence")


def test_equal_letters_touch(run: Staged) -> None:
    _, row = _rows(run, "contacts")
    touching = [pair[:2] for pair in row["pairs"] if pair[2] > 0.5]
    assert touching == [[0, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize("slug", MISSING)
def test_a_graph_without_the_output_is_told_how_to_declare_it(run: Staged, slug: str) -> None:
    report = run.result(f"no-{slug}").report
    assert report["error_code"] == "missing_head", report
    assert MISSING[slug] in report["message"]
    assert "say so under “outputs” in podium.json" in report["message"]
