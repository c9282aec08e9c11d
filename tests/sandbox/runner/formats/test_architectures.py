"""Every architecture with every head that transformers has for it, by the real runner.

Folders are as anybody would save them, each with its architecture's own tokenizer; the answers
must be transformers' own for each input alone, whatever shares its batch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..real_runs import run_python, run_staged
from ..staging import Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
TEXTS = [
    "a good film, warm and funny.",
    "who opened the bridge?",
    "too slow",
    "a bad film: slow, cold and far too long for what it says.",
]
LONG = " ".join(["trains to the north leave every hour from the old station."] * 6)
PAIRS = [
    ("who opened the bridge?", "the premier."),
    ("trains", "they leave every hour from the old station."),
]
QUESTIONS = [
    ("who opened it?", "the bridge was opened by the premier."),
    ("when?", "opened in 1932."),
    ("is it good?", "a bad film: slow, cold"),
]
WORDS = [["a", "good", "film", "warm"], ["trains"], ["the", "bridge", "unknownest", "premier"]]
GAPS = [
    {"words": ["the", "", "was", "opened", "by", ""], "masked": [1, 5]},
    {"words": ["", "film"], "masked": [0]},
]
SEQUENCES = ["LAGV", "MKTAYIAKQR", "GGXB"]
NAMES = ["negative", "positive"]
TAGS = ["O", "B-X", "I-X"]
TABLES = [{"a": 1.5, "b": "x"}, {"a": None, "b": "film"}]
PROMPT = "film: {text}\nit is {answer}"
CHOICES = {"negative": "bad and cold", "positive": "good"}
"""Of unequal length, so that the normalisations differ."""


@dataclass(frozen=True)
class Asked:
    """Rows of a kind, and what the plain program is asked about them."""

    kind: str
    rows: Sequence[Mapping[str, Any]]
    what: str
    inputs: Sequence[Any]
    labels: Sequence[str] = ()
    config: Mapping[str, Any] = field(default_factory=dict)


def _texts(texts: Sequence[str]) -> list[dict[str, Any]]:
    return [{"text": text} for text in texts]


def _pairs(names: tuple[str, str], pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [dict(zip(names, pair, strict=True)) for pair in pairs]


SIDES = ("text_a", "text_b")
ALONE = [[text] for text in [*TEXTS, LONG]]
PROMPTED = {"template": PROMPT, "choices": CHOICES}
CLASSES = {
    "classes": Asked("text_classification", _texts([*TEXTS, LONG]), "scores", ALONE, NAMES),
    "pairs": Asked("pair_classification", _pairs(SIDES, PAIRS), "scores", PAIRS, NAMES),
    "sets": Asked("text_multilabel", _texts(TEXTS), "scores", ALONE[:4], NAMES),
    "table": Asked(
        "tabular_classification",
        [{"features": row} for row in TABLES],
        "scores",
        [["a: 1.5; b: x"], ["a: unknown; b: film"]],
        NAMES,
    ),
    "items": Asked(
        "recommendation",
        [{"history": ["film"]}, {"history": ["the bridge", "trains"]}],
        "scores",
        [["film"], ["the bridge trains"]],
        NAMES,
    ),
}
NUMBERS = {
    "number": Asked("text_regression", _texts(TEXTS), "scores", ALONE[:4]),
    "likeness": Asked("sentence_similarity", _pairs(SIDES, PAIRS), "scores", PAIRS),
}
VECTORS = {
    "probe": Asked(
        "text_classification",
        _texts(TEXTS),
        "embedding",
        TEXTS,
        NAMES,
        {"track": "probe", "files": ["inputs.jsonl"]},
    ),
    "summary": Asked(
        "text_classification",
        _texts(TEXTS),
        "summary",
        TEXTS,
        NAMES,
        {"track": "probe", "files": ["inputs.jsonl"], "pooling": "cls"},
    ),
    "retrieval": Asked("retrieval", _texts(TEXTS), "embedding", TEXTS),
    "cosine": Asked(
        "sentence_similarity", _pairs(SIDES, PAIRS), "embedding", [t for p in PAIRS for t in p]
    ),
}
TAGGED = {"tags": Asked("token_classification", [{"words": w} for w in WORDS], "tags", WORDS, TAGS)}
SPANS = {
    "span": Asked("extractive_qa", _pairs(("question", "context"), QUESTIONS), "span", QUESTIONS)
}
FILLED = {
    "fill": Asked("masked_language_modelling", GAPS, "fill", GAPS),
    "pseudo": Asked("pseudo_likelihood", _texts(TEXTS), "masked_bits", TEXTS),
}
FOLLOWS = {"next": Asked("next_sentence_prediction", _pairs(SIDES, PAIRS), "next_sentence", PAIRS)}
WRITES = {
    "generate": Asked(
        "text_generation",
        _texts(TEXTS),
        "generated",
        TEXTS,
        config={"settings": {"max_new_tokens": 6}},
    ),
    "written": Asked(
        "text_generation",
        _texts(TEXTS),
        "generated",
        [f"film: {text}\nit is" for text in TEXTS],
        config={
            "track": "prompt",
            "settings": {"template": PROMPT, "max_new_tokens": 6, "stop": []},
        },
    ),
    **{
        f"choose-{normalisation}": Asked(
            "text_classification",
            _texts(TEXTS),
            "choices",
            [[f"film: {text}\nit is ", list(CHOICES.values())] for text in TEXTS],
            NAMES,
            {"track": "prompt", "settings": {**PROMPTED, "normalisation": normalisation}},
        )
        for normalisation in ("sum", "per_byte")
    },
}
BITS = {"bits": Asked("causal_language_modelling", _texts(TEXTS), "causal_bits", TEXTS)}
BY_HEAD: Mapping[str, Mapping[str, Asked]] = {
    "classes": CLASSES,
    "number": NUMBERS,
    "body": VECTORS,
    "tags": TAGGED,
    "span": SPANS,
    "fill": FILLED,
    "next": FOLLOWS,
    "causal": WRITES | BITS,
    "seq2seq": WRITES,
}
BART_FILLS = FILLED
"""transformers takes BART's one generating model for masked words too."""

_LETTERS = [{"sequence": sequence} for sequence in SEQUENCES]
PROTEINS: Mapping[str, Mapping[str, Asked]] = {
    "classes": {
        "classes": Asked(
            "sequence_classification", _LETTERS, "scores", [[s] for s in SEQUENCES], NAMES
        )
    },
    "number": {
        "number": Asked("text_regression", _texts(SEQUENCES), "scores", [[s] for s in SEQUENCES])
    },
    "tags": {"residues": Asked("residue_labelling", _LETTERS, "residues", SEQUENCES, TAGS)},
    "body": {
        "contacts": Asked("contact_prediction", _LETTERS, "contacts", SEQUENCES),
        "probe": Asked(
            "sequence_classification",
            _LETTERS,
            "embedding",
            SEQUENCES,
            NAMES,
            {"track": "probe", "files": ["inputs.jsonl"]},
        ),
    },
    "fill": {
        "fill": Asked(
            "masked_language_modelling",
            [{"words": list("LAGV"), "masked": [1]}],
            "fill",
            [{"words": list("LAGV"), "masked": [1]}],
        ),
        "pseudo": Asked("pseudo_likelihood", _texts(SEQUENCES), "masked_bits", SEQUENCES),
    },
}
MODELS = (
    *("bert-body", "bert-causal", "bert-classes", "bert-fill", "bert-next", "bert-number"),
    *("bert-span", "bert-tags"),
    *("roberta-body", "roberta-causal", "roberta-classes", "roberta-fill", "roberta-number"),
    *("roberta-span", "roberta-tags"),
    *("gpt2-body", "gpt2-causal", "gpt2-classes", "gpt2-number", "gpt2-span", "gpt2-tags"),
    *("xlnet-body", "xlnet-causal", "xlnet-classes", "xlnet-number", "xlnet-span", "xlnet-tags"),
    *("t5-body", "t5-classes", "t5-number", "t5-seq2seq", "t5-span", "t5-tags"),
    *("bart-body", "bart-causal", "bart-classes", "bart-number", "bart-seq2seq", "bart-span"),
    *("esm-body", "esm-classes", "esm-fill", "esm-number", "esm-tags"),
)


def _asked(model: str) -> Mapping[str, Asked]:
    architecture, head = model.split("-")
    if architecture == "esm":
        return PROTEINS[head]
    return BY_HEAD[head] | (BART_FILLS if model == "bart-seq2seq" else {})


CELLS = {f"{model}-{name}": (model, one) for model in MODELS for name, one in _asked(model).items()}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("architectures")
    made = run_python(HERE / "tiny_architectures.py", out)
    assert made.returncode == 0, made.stderr
    return out


def test_every_head_that_transformers_has_is_tried(models: Path) -> None:
    assert sorted(folder.name for folder in models.iterdir()) == sorted(MODELS)


def _run(root: Path, models: Path, slugs: Sequence[str], **settings: Any) -> Staged:
    staged = Staged(root, settings={"rehearsal": True, **settings})
    (staged.model / "tasks").mkdir()
    for slug in slugs:
        model, asked = CELLS[slug]
        (staged.model / "tasks" / slug).symlink_to(models / model)
        staged.inputs(slug, asked.rows, kind=asked.kind, labels=list(asked.labels), **asked.config)
    run_staged(staged)
    return staged


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    return _run(tmp_path_factory.mktemp("matrix") / "run", models, list(CELLS))


@pytest.fixture(scope="module")
def plain(models: Path) -> Mapping[str, list[Any]]:
    jobs = {
        slug: {"folder": str(models / model), "what": asked.what, "inputs": asked.inputs}
        for slug, (model, asked) in CELLS.items()
    }
    done = run_python(HERE / "plain_architectures.py", stdin=json.dumps(jobs))
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def _soft(scores: Sequence[float]) -> list[float]:
    powers = np.exp(np.array(scores) - max(scores))
    return [float(power) for power in powers / powers.sum()]


def _cosines(vectors: Sequence[Sequence[float]]) -> list[float]:
    units = [np.array(one) / np.linalg.norm(one) for one in vectors]
    return [float(a @ b) for a, b in zip(units[::2], units[1::2], strict=True)]


def _chosen(told: Sequence[tuple[float, int]], asked: Asked) -> list[float]:
    sizes = [len(choice) for choice in CHOICES.values()]
    per_byte = asked.config["settings"]["normalisation"] == "per_byte"
    logs = [log for log, _ in told]
    return _soft([log / size for log, size in zip(logs, sizes, strict=True)] if per_byte else logs)


def _expected(asked: Asked, told: list[Any]) -> list[dict[str, Any]]:
    """The answers of a kind by what the plain program said. The models' own labels are positive,
    then negative; the task has them the other way round."""
    if asked.kind == "sentence_similarity" and asked.what == "embedding":
        return [{"score": score} for score in _cosines(told)]
    if asked.kind == "recommendation":
        orders = [[NAMES[1], NAMES[0]] if one[0] >= one[1] else NAMES for one in told]
        return [{"items": order} for order in orders]
    if asked.kind == "text_multilabel":
        return [{"scores": (1 / (1 + np.exp(-np.array(one[::-1])))).tolist()} for one in told]
    if asked.what == "choices":
        return [{"probs": _chosen(one, asked)} for one in told]
    if asked.what == "scores" and asked.labels:
        return [{"probs": _soft(one[::-1])} for one in told]
    if asked.what == "scores":
        key = "score" if asked.kind == "sentence_similarity" else "value"
        return [{key: one[0]} for one in told]
    keys = {
        "embedding": "embedding",
        "summary": "embedding",
        "next_sentence": "prob",
        "tags": "tags",
        "residues": "labels",
        "fill": "tokens",
        "generated": "text",
        "masked_bits": "bits",
        "causal_bits": "bits",
    }
    return [one if asked.what == "span" else {keys[asked.what]: one} for one in told]


def _rows(run: Staged, slug: str) -> list[dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report["message"]
    return [result.rows[f"r{number}"] for number in range(len(result.rows))]


@pytest.mark.parametrize("slug", [slug for slug in CELLS if not slug.endswith("contacts")])
def test_answers_are_those_of_transformers_for_each_input_alone(
    run: Staged, plain: Mapping[str, list[Any]], slug: str
) -> None:
    asked = CELLS[slug][1]
    rows = _rows(run, slug)
    assert len(rows) == len(asked.rows)
    for row, expected in zip(rows, _expected(asked, plain[slug]), strict=True):
        for key, value in expected.items():
            numbers = not isinstance(np.ravel(value)[0], str)
            wanted = pytest.approx(value, rel=1e-3, abs=1e-4) if numbers else value
            assert row[key] == wanted


def test_contacts_are_transformers_own(run: Staged, plain: Mapping[str, list[Any]]) -> None:
    for row, grid in zip(_rows(run, "esm-body-contacts"), plain["esm-body-contacts"], strict=True):
        assert all(p == pytest.approx(grid[i][j], abs=1e-4) for i, j, p in row["pairs"])


@pytest.mark.parametrize(
    "slug", [slug for slug in CELLS if "-classes-" in slug or "-number-" in slug]
)
def test_a_classifier_of_any_architecture_is_explained_token_by_token(
    run: Staged, slug: str
) -> None:
    told = json.loads((run.out_dir / slug / "explanations.json").read_text())
    assert {each["id"] for each in told} == set(run.result(slug).rows)
    for each in told:
        grid = np.array(each["grid"])
        assert grid.shape == (1, len(each["tokens"]))
        assert np.abs(grid).max() == pytest.approx(1)


EXPLAINED = [f"{name}-classes-classes" for name in ("bert", "gpt2", "xlnet", "t5", "bart", "esm")]


@pytest.fixture(scope="module")
def moved(models: Path) -> Mapping[str, list[Any]]:
    """By slug, what each token of each input gives to the class that won."""
    jobs = {
        slug: {
            "folder": str(models / CELLS[slug][0]),
            "what": "attributions",
            "inputs": CELLS[slug][1].inputs[:3],
        }
        for slug in EXPLAINED
    }
    done = run_python(HERE / "plain_architectures.py", stdin=json.dumps(jobs))
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("slug", EXPLAINED)
def test_explanations_are_integrated_gradients(
    run: Staged, moved: Mapping[str, list[Any]], slug: str
) -> None:
    told = json.loads((run.out_dir / slug / "explanations.json").read_text())
    grids = {each["id"]: each["grid"][0] for each in told}
    for number, expected in enumerate(moved[slug]):
        assert grids[f"r{number}"] == pytest.approx(expected, rel=1e-2, abs=2e-3)


def test_long_texts_are_cut_only_where_places_are_counted(run: Staged) -> None:
    cut = {
        model: run.result(f"{model}-classes-classes").report["truncated_rows"]
        for model in ("bert", "roberta", "gpt2", "xlnet", "t5", "bart")
    }
    assert cut == {"bert": 1, "roberta": 1, "gpt2": 1, "xlnet": 1, "t5": 1, "bart": 1}


def test_every_architecture_computes_in_bfloat16_too(models: Path, tmp_path: Path) -> None:
    """With one kind of task for each model."""
    first = {model: slug for slug, (model, _) in reversed(CELLS.items())}
    staged = _run(tmp_path / "run", models, list(first.values()), dtype="bfloat16")
    for slug in first.values():
        assert _rows(staged, slug)
        assert staged.result(slug).report["dtype"] == "bfloat16"
