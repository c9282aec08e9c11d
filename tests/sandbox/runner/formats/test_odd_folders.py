"""The real runner on folders that are odd and legal, and on some that lack what a task needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..real_runs import run_python, run_staged
from ..staging import Staged
from .test_architectures import CELLS, LONG, NAMES, TEXTS

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
SPECIAL = "a good film </s> [SEP] <|endoftext|> end"
"""What other tokenizers take for the end of a text stands inside of this one."""

ROWS = [*TEXTS, LONG, "", SPECIAL]
SAME = {
    **dict.fromkeys(("sharded", "two-weights", "bfloat16", "float16", "older-names"), "bert"),
    **dict.fromkeys(("body-without-prefix", "leftovers", "vocabulary-bert"), "bert"),
    **dict.fromkeys(("other-tokenizer-class", "left-padding", "no-architectures"), "bert"),
    **dict.fromkeys(("other-head-named", "tuples", "only-label2id", "label2id-differs"), "bert"),
    "vocabulary-roberta": "roberta",
    "vocabulary-bart": "bart",
    "vocabulary-gpt2": "gpt2",
    "padding-beyond-the-model": "gpt2",
    "right-padding": "xlnet",
}
OTHERS = ("no-names", "short-tokenizer")
WRITERS = {"other-settings": "gpt2-causal", "no-start": "t5-seq2seq"}
FAILURES = {
    "more-classes": ("bad_model", "classifier.bias (2, not 3), classifier.weight (2 × 16, not 3"),
    "fewer-names": ("bad_model", "classifier.bias (2, not 1)"),
    "other-case": ("wrong_labels", "(Positive, Negative)"),
    "compiled": ("bad_model", "They have _orig_mod.bert.embeddings.LayerNorm.bias"),
    "no-ends": ("bad_tokenizer", "no end-of-text token (“eos_token_id” in config.json)"),
    "no-tokenizer": ("bad_tokenizer", "such as tokenizer.json, spiece.model"),
    "sentence-pieces": ("bad_tokenizer", "has spiece.model and no tokenizer.json"),
}
PLAIN = sorted({*(f"{each}-classes" for each in SAME.values()), "t5-classes", *WRITERS.values()})
BODIES = {name.split("-")[0] for name, _ in CELLS.values()}
TIED = ("gpt2-causal", "t5-seq2seq", "bart-seq2seq", "bart-causal")
"""Their heads are the embeddings, which a body has."""
HEADLESS = {
    slug: cell
    for slug, cell in CELLS.items()
    if not cell[0].endswith("-body") and cell[0] not in TIED and not slug.endswith("likeness")
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("odd")
    bodies = [f"{name}-body" for name in sorted(BODIES)]
    for program, names in (("architectures", [*PLAIN, *bodies]), ("oddities", [])):
        made = run_python(HERE / f"tiny_{program}.py", out, *names)
        assert made.returncode == 0, made.stderr
    return out


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = Staged(tmp_path_factory.mktemp("runs") / "run")
    (staged.model / "tasks").mkdir()
    rows = [{"text": text} for text in ROWS]
    for name in [*SAME, *OTHERS, *FAILURES, *WRITERS, *PLAIN]:
        (staged.model / "tasks" / name).symlink_to(models / name)
        if name in [*WRITERS, *WRITERS.values()]:
            settings = {"max_new_tokens": 6}
            staged.inputs(name, rows, kind="text_generation", labels=[], settings=settings)
        else:
            staged.inputs(name, rows, kind="text_classification", labels=NAMES)
    for slug, (name, asked) in HEADLESS.items():
        body = models / f"{name.split('-')[0]}-body"
        (staged.model / "tasks" / slug).symlink_to(body)
        labels = list(asked.labels)
        staged.inputs(slug, asked.rows, kind=asked.kind, labels=labels, **asked.config)
    run_staged(staged)
    return staged


def _answers(run: Staged, slug: str, key: str = "probs") -> list[Any]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report["message"]
    return [result.rows[f"r{number}"][key] for number in range(len(ROWS))]


@pytest.mark.parametrize("name", SAME)
def test_an_odd_folder_answers_as_the_plain_one(run: Staged, name: str) -> None:
    plain = _answers(run, f"{SAME[name]}-classes")
    np.testing.assert_allclose(_answers(run, name), plain, atol=3e-3 if "16" in name else 1e-5)


def test_names_of_classes_are_taken_by_index_where_there_are_none(run: Staged) -> None:
    plain = [row[::-1] for row in _answers(run, "bert-classes")]
    np.testing.assert_allclose(_answers(run, "no-names"), plain, atol=1e-5)


def test_a_tokenizers_own_bound_holds_and_is_counted(run: Staged) -> None:
    cut = {
        name: run.result(name).report["truncated_rows"] for name in ("bert-classes", "t5-classes")
    }
    assert cut == {"bert-classes": 1, "t5-classes": 1}
    assert run.result("short-tokenizer").report["truncated_rows"] >= 4


@pytest.mark.parametrize("name", ["t5-classes", "bart-classes"])
def test_an_end_inside_a_text_disturbs_no_other(
    run: Staged, models: Path, tmp_path: Path, name: str
) -> None:
    """Such models take only texts with equally many ends in a batch."""
    staged = Staged(tmp_path / "run", settings={"batch_tokens": 1})
    (staged.model / "tasks").mkdir()
    (staged.model / "tasks" / name).symlink_to(models / name)
    staged.inputs(name, [{"text": text} for text in ROWS], labels=NAMES)
    run_staged(staged)
    np.testing.assert_allclose(_answers(staged, name), _answers(run, name), atol=1e-5)


@pytest.mark.parametrize("name", PLAIN)
def test_what_a_row_takes_is_measured_for_every_architecture(run: Staged, name: str) -> None:
    report = run.result(name).report
    assert 0 < report["latency_p50_ms"] <= report["latency_p95_ms"]
    assert report["flops_per_row"] > 10 * sum(report["parameters_by_dtype"].values())


def test_a_folders_settings_of_generation_do_not_count(run: Staged) -> None:
    assert _answers(run, "other-settings", "text") == _answers(run, "gpt2-causal", "text")


def test_a_decoder_without_a_start_begins_with_padding(run: Staged) -> None:
    assert _answers(run, "no-start", "text") == _answers(run, "t5-seq2seq", "text")


@pytest.mark.parametrize("name", FAILURES)
def test_a_folder_that_lacks_something_is_told_what(run: Staged, name: str) -> None:
    code, said = FAILURES[name]
    report = run.result(name).report
    assert report["error_code"] == code, report
    assert said in report["message"]


@pytest.mark.parametrize("slug", HEADLESS)
def test_a_body_alone_names_the_weights_of_the_head_that_it_lacks(run: Staged, slug: str) -> None:
    report = run.result(slug).report
    assert report["error_code"] == "missing_head", report
    named = report["message"].partition("the weights lack ")[2].rstrip(".").split(", ")
    assert all(key.endswith(("weight", "bias")) or " more" in key for key in named), named
