"""The real runner with every head for texts and sequences, good and bad, in one run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ..real_runs import run_python, run_staged
from ..staging import Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
WORDS = [["w1", "w2", "w3"], ["w4"], ["w5", "odd", "w6", "w7"]]
LONG = [f"w{number % 50}" for number in range(60)]
TEXTS = ["w1 w2 w3 w4", "w5", "w6 w7 w8 w9 w10 w11"]
SEQUENCES = ["LAGV", "MKTAYIAKQR", "GG"]
QUESTIONS = [("w1 w2", "w3 w4 w5 w6"), ("w7", " ".join(LONG)), ("w1", "w2")]
KINDS: dict[str, dict[str, Any]] = {
    "tags": {"head": "tags", "modality": "words", "reads": ["words"]},
    "span": {"head": "span", "modality": "text", "reads": ["question", "context"]},
    "next": {"head": "next_sentence", "modality": "text", "reads": ["text_a", "text_b"]},
    "fill": {"head": "fill", "modality": "words", "reads": ["words"]},
    "causal": {"head": "causal_bits", "modality": "text", "reads": ["text"]},
    "pseudo": {"head": "masked_bits", "modality": "text", "reads": ["text"]},
    "generate": {
        "head": "generate",
        "modality": "text",
        "reads": ["text"],
        "settings": {"max_new_tokens": 6, "stop": []},
    },
    "residues": {"head": "residues", "modality": "sequence", "reads": ["sequence"]},
    "contacts": {"head": "contacts", "modality": "sequence", "reads": ["sequence"]},
    "sequence": {"head": "classes", "modality": "sequence", "reads": ["sequence"]},
}
INPUTS: dict[str, list[dict[str, Any]]] = {
    "tags": [{"words": words} for words in [*WORDS, LONG]],
    "span": [{"question": question, "context": context} for question, context in QUESTIONS],
    "next": [{"text_a": "w1 w2", "text_b": "w3"}, {"text_a": "w3", "text_b": "w1"}],
    "fill": [{"words": ["w1", "", "w3", ""], "masked": [1, 3]}, {"words": [""], "masked": [0]}],
    "causal": [{"text": text} for text in [*TEXTS, " ".join(LONG)]],
    "pseudo": [{"text": text} for text in TEXTS],
    "generate": [{"text": text} for text in TEXTS],
    "residues": [{"sequence": sequence} for sequence in SEQUENCES],
    "contacts": [{"sequence": sequence} for sequence in SEQUENCES],
    "sequence": [{"sequence": sequence} for sequence in SEQUENCES],
}
LABELS = {"tags": ["O", "B-X", "I-X"], "residues": ["O", "B-X", "I-X"]}
MODELS = {
    "tags": ("tags-bert", "tags-roberta", "tags-xlnet", "tags-gpt2", "tags-headless"),
    "span": ("span-bert", "span-roberta", "span-headless"),
    "next": ("next-bert",),
    "fill": ("fill-bert", "fill-roberta", "fill-no-mask", "fill-headless"),
    "causal": ("causal-gpt2", "causal-bos", "causal-bert", "causal-xlnet", "causal-decoder"),
    "pseudo": ("fill-bert", "fill-roberta"),
    "generate": ("causal-gpt2", "generate-t5", "generate-bart"),
    "residues": ("residues-esm",),
    "contacts": ("contacts-esm",),
    "sequence": ("sequence-esm",),
}
FAILURES = {
    "tags-tags-headless": "missing_head",
    "span-span-headless": "missing_head",
    "fill-fill-no-mask": "bad_tokenizer",
    "fill-fill-headless": "missing_head",
    "causal-causal-bert": "not_causal",
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("heads")
    made = run_python(HERE / "tiny_heads.py", out)
    assert made.returncode == 0, made.stderr
    return out


def _stage(root: Path, models: Path, *, backwards: bool = False) -> Staged:
    staged = Staged(root)
    shutil.copytree(models / "tags-bert", staged.model, dirs_exist_ok=True)
    for what, names in MODELS.items():
        for name in names:
            slug = f"{what}-{name}"
            shutil.copytree(models / name, staged.own(slug), dirs_exist_ok=True)
            labels = LABELS.get(what, ["negative", "positive"])
            staged.task(slug, [], kind=what, labels=labels, **KINDS[what])
            rows = [
                json.dumps({"id": f"r{number}", "input": one}) + "\n"
                for number, one in enumerate(INPUTS[what])
            ]
            path = staged.in_dir / "tasks" / slug / "inputs.jsonl"
            path.write_text("".join(rows[::-1] if backwards else rows))
    run_staged(staged)
    return staged


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    return _stage(tmp_path_factory.mktemp("text-heads") / "run", models)


@pytest.fixture(scope="module")
def plain(models: Path) -> dict[str, list[Any]]:
    """The answers computed one input at a time."""
    jobs = {
        **{f"tags-{n}": _job(models, n, "tags", WORDS) for n in MODELS["tags"][:4]},
        **{f"causal-{n}": _job(models, n, "causal", TEXTS) for n in ("causal-gpt2", "causal-bos")},
        **{f"pseudo-{n}": _job(models, n, "masked", TEXTS) for n in MODELS["pseudo"]},
        **{f"generate-{n}": _job(models, n, "generate", TEXTS) for n in MODELS["generate"]},
        "residues-residues-esm": _job(models, "residues-esm", "letters", SEQUENCES),
        "contacts-contacts-esm": _job(models, "contacts-esm", "contacts", SEQUENCES),
    }
    done = run_python(HERE / "plain_heads.py", stdin=json.dumps(jobs))
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def _job(models: Path, name: str, what: str, inputs: list[Any]) -> dict[str, Any]:
    return {"folder": str(models / name), "what": what, "inputs": inputs}


def _rows(run: Staged, slug: str) -> list[dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report
    return [result.rows[f"r{number}"] for number in range(len(result.rows))]


@pytest.mark.parametrize("name", MODELS["tags"][:4])
def test_each_word_has_the_tag_of_its_own_token(
    run: Staged, plain: dict[str, list[Any]], name: str
) -> None:
    rows = _rows(run, f"tags-{name}")
    assert [row["tags"] for row in rows[:3]] == plain[f"tags-{name}"]
    assert len(rows[3]["tags"]) == len(LONG)
    if name != "tags-xlnet":
        assert rows[3]["tags"][-10:] == ["O"] * 10  # cut off


@pytest.mark.parametrize("name", ["span-bert", "span-roberta"])
def test_an_answer_is_a_part_of_the_text_or_nothing(run: Staged, name: str) -> None:
    rows = _rows(run, f"span-{name}")
    assert len(rows) == len(QUESTIONS)
    for row, (_, context) in zip(rows, QUESTIONS, strict=True):
        assert row["answer"] in context
        assert 0 <= row["no_answer_prob"] <= 1
        assert (row["answer"] == "") == (row["no_answer_prob"] > 0.5) or row["answer"]


def test_next_sentence_is_a_decision_with_its_probability(run: Staged) -> None:
    for row in _rows(run, "next-next-bert"):
        assert row["is_next"] == (row["prob"] >= 0.5)


@pytest.mark.parametrize("name", ["fill-bert", "fill-roberta"])
def test_every_gap_gets_a_word_of_the_vocabulary(run: Staged, name: str) -> None:
    rows = _rows(run, f"fill-{name}")
    assert [len(row["tokens"]) for row in rows] == [2, 1]
    assert all(word.startswith("w") for row in rows for word in row["tokens"])


@pytest.mark.parametrize("name", ["causal-gpt2", "causal-bos"])
def test_bits_are_the_sum_over_the_tokens(
    run: Staged, plain: dict[str, list[Any]], name: str
) -> None:
    rows = _rows(run, f"causal-{name}")
    for row, expected in zip(rows, plain[f"causal-{name}"], strict=False):
        assert row["bits"] == pytest.approx(expected, rel=1e-4)


def test_a_text_longer_than_the_window_is_charged_whole(run: Staged) -> None:
    """Random weights spend about log2 of the vocabulary on each of the 60 tokens."""
    assert 60 * 5 < _rows(run, "causal-causal-gpt2")[3]["bits"] < 60 * 7


def test_an_unknown_word_is_charged_by_its_bytes(run: Staged, models: Path, tmp_path: Path) -> None:
    staged = Staged(tmp_path / "run")
    shutil.copytree(models / "causal-gpt2", staged.model, dirs_exist_ok=True)
    staged.task("known", ["w1 w2"], kind="causal", labels=[], **KINDS["causal"])
    staged.task("odd", ["w1 w2 " + "zebra" * 20], kind="causal", labels=[], **KINDS["causal"])
    run_staged(staged)
    known, odd = (_rows(staged, slug)[0]["bits"] for slug in ("known", "odd"))
    assert odd - known > 8 * 100


@pytest.mark.parametrize("name", ["fill-bert", "fill-roberta"])
def test_masked_bits_hide_one_token_at_a_time(
    run: Staged, plain: dict[str, list[Any]], name: str
) -> None:
    for row, expected in zip(_rows(run, f"pseudo-{name}"), plain[f"pseudo-{name}"], strict=True):
        assert row["bits"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", MODELS["generate"])
def test_generation_is_greedy_and_knows_no_batch_mates(
    run: Staged, plain: dict[str, list[Any]], name: str
) -> None:
    texts = [row["text"] for row in _rows(run, f"generate-{name}")]
    assert texts == plain[f"generate-{name}"]


def test_each_letter_has_its_label(run: Staged, plain: dict[str, list[Any]]) -> None:
    rows = _rows(run, "residues-residues-esm")
    assert [row["labels"] for row in rows] == plain["residues-residues-esm"]


def test_contacts_are_the_likeliest_pairs(run: Staged, plain: dict[str, list[Any]]) -> None:
    rows = _rows(run, "contacts-contacts-esm")
    for row, sequence, matrix in zip(rows, SEQUENCES, plain["contacts-contacts-esm"], strict=True):
        pairs = row["pairs"]
        size = len(sequence)
        assert len(pairs) == size * (size - 1) // 2
        assert [p for _, _, p in pairs] == sorted((p for _, _, p in pairs), reverse=True)
        for first, second, probability in pairs:
            assert probability == pytest.approx(matrix[first][second], abs=1e-5)


def test_a_sequence_gets_a_class(run: Staged) -> None:
    assert all(len(row["probs"]) == 2 for row in _rows(run, "sequence-sequence-esm"))


@pytest.mark.parametrize("slug", FAILURES)
def test_a_model_without_the_head_fails_alone_with_its_code(run: Staged, slug: str) -> None:
    report = run.result(slug).report
    assert report["error_code"] == FAILURES[slug], report


@pytest.mark.parametrize("name", ["causal-decoder", "causal-xlnet"])
def test_a_model_that_can_read_from_left_to_right_is_made_to(run: Staged, name: str) -> None:
    """A BERT that says so of itself, and XLNet, which reads in the order that it is told."""
    assert _rows(run, f"causal-{name}")


def test_the_order_of_the_rows_changes_no_answer(run: Staged, models: Path, tmp_path: Path) -> None:
    turned = _stage(tmp_path / "run", models, backwards=True)
    for what, names in MODELS.items():
        for name in names:
            slug = f"{what}-{name}"
            assert turned.result(slug).rows == run.result(slug).rows
