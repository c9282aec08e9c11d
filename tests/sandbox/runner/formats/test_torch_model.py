"""The real runner on tiny modules of PyTorch, good and bad, in one run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.parts import ROOT

from ..real_runs import run_python, run_staged
from ..staging import Result, Staged, write_inputs

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
TEXTS = ["w1", "w2 w3 w4", "", "odd w9", "w5 w6 w7 w8 w9 w0 w1"]
TRAIN = ["w3 w3", "w4"]
PAIRS = [("w1 w2", "w2 w1"), ("w1", "w5 w6 w7")]
HEADS = (
    *("script", "export", "hub", "hub-only-entry", "export-swapped", "export-keywords"),
    *("export-listed", "export-named", "export-object"),
)
FAILURES = {
    "nothing": ("model_missing", "hubconf.py, model.pt2, model.pt"),
    "state-dict": ("bad_model", "model.pt can't be loaded. Save it by torch.jit.save"),
    "no-script": ("bad_model", "model.pt can't be loaded"),
    "no-export": ("bad_model", "model.pt2 can't be loaded. Save it by torch.export.save"),
    "export-static": (
        "bad_model",
        "attention_mask of the shape (1, 2); batches may have any size and length",
    ),
    "export-static-tokens": ("bad_model", "input_ids.size()(1) == 4"),
    "sized": ("bad_model", "model.pt fails on input_ids and attention_mask"),
    "flat": ("bad_model", "of the shape (1,) for 1 inputs; expected are 2 dimensions"),
    "three-inputs": ("bad_model", "model.pt fails on input_ids"),
    "three-outputs": ("wrong_labels", "3 outputs, the task has 2 labels"),
    "not-finite": ("non_finite_output", "NaN"),
    "odd-labels": ("bad_model", "labels.json: not a list of labels"),
    "other-labels": ("wrong_labels", "good, bad"),
    "hub-broken": (
        "bad_code",
        "hubconf.py, making the model (hubconf.py, line 2): KeyError: 'nothing'",
    ),
    "hub-exits": ("bad_code", "making the model (hubconf.py, line 1): SystemExit"),
    "hub-fails-later": ("bad_code", "calling the model (hubconf.py, line 3): SystemExit"),
    "hub-two": ("bad_code", "no function podium_model(task)"),
    "hub-needs": ("bad_code", "no package nothing_like_this"),
    "hub-network": ("bad_code", "It asks the network, and the sandbox has none"),
    "export-count": ("bad_model", "ValueError: the program takes 2 inputs, 3 are given"),
    "export-typo": ("bad_model", "“inputs” has ids; the inputs of model.pt2 are input_ids, atten"),
    "hub-text": ("bad_code", "the entry gave str"),
    "hub-none": ("bad_model", "hubconf.py gave NoneType; a tensor is expected"),
    "no-tokenizer": ("bad_tokenizer", "no tokenizer.json"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("modules")
    made = run_python(HERE / "tiny_torch.py", out)
    assert made.returncode == 0, made.stderr
    return out


ON_ANOTHER_DEVICE = """
import sys, torch
from pathlib import Path
from runner.code.modules import OwnModules
from runner.formats.torch_module import load_module
task = {"kind": "text_classification"}
module = load_module(Path(sys.argv[1]), task, device="meta", modules=OwnModules())
ids = torch.ones(3, 2, dtype=torch.int64, device="meta")
found = module.forward(ids, ids)
print((found["logits"] if isinstance(found, dict) else found).device)
"""


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = Staged(tmp_path_factory.mktemp("torch") / "run", format="torch")

    def add(slug: str, model: str, texts: Sequence[Any], **config: Any) -> None:
        staged.task(slug, texts, **config)
        shutil.copytree(models / model, staged.own(slug), dirs_exist_ok=True)

    for name in HEADS:
        add(f"head-{name}", name, TEXTS)
    for name in ("script-labels", "script-config", "export-bounded"):
        add(name, name, TEXTS)
    add("value", "script-value", TEXTS, kind="text_regression", labels=[])
    for name in ("script-vectors", "script-means", "export-vectors"):
        add(f"probe-{name}", name, TEXTS, train=TRAIN)
    add("probe-cls", "script-vectors", TEXTS, train=TRAIN, pooling="cls")
    add("similar-pair", "script-pair", PAIRS, kind="sentence_similarity", labels=[])
    add("similar-cosine", "script-vectors", PAIRS, kind="sentence_similarity", labels=[])
    add("span-untold", "span-untold", [], kind="extractive_qa", labels=[])
    asked = [{"question": "w1", "context": "w2 w3"}]
    write_inputs(staged.in_dir / "tasks" / "span-untold" / "inputs.jsonl", "r", asked)
    for name in FAILURES:
        add(f"bad-{name}", name, TEXTS)
    run_staged(staged)
    return staged


def _ids(text: str) -> list[int]:
    return [int(word[1:]) + 2 if word[1:].isdigit() else 1 for word in text.split()] or [0]


def _positive(text: str, *, most: int | None = None, first: bool = True) -> float:
    """The softmax of (mean, -mean) for its first or its second number."""
    mean = float(np.mean(_ids(text)[:most]))
    power = mean if first else -mean
    return float(1 / (1 + np.exp(-2 * power)))


def _checked(result: Result) -> Result:
    assert result.report["status"] == "ok", result.report
    return result


@pytest.mark.parametrize("name", HEADS)
def test_each_way_of_saving_gives_the_same_head(run: Staged, name: str) -> None:
    rows = _checked(run.result(f"head-{name}")).rows
    for number, text in enumerate(TEXTS):
        expected = _positive(text)
        assert rows[f"r{number}"]["probs"] == pytest.approx([expected, 1 - expected], abs=1e-5)


@pytest.mark.parametrize("name", ["script-labels", "script-config"])
def test_the_folder_s_own_names_order_the_classes(run: Staged, name: str) -> None:
    row = _checked(run.result(name)).rows["r0"]
    assert row["label"] == "positive"
    assert row["probs"][1] == pytest.approx(_positive("w1"), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "most", "column"), [("script-config", 3, 1), ("export-bounded", 5, 0)]
)
def test_texts_are_cut_to_what_the_module_takes(
    run: Staged, name: str, most: int, column: int
) -> None:
    result = _checked(run.result(name))
    assert result.report["truncated_rows"] == 1
    expected = _positive(TEXTS[4], most=most)
    assert result.rows["r4"]["probs"][column] == pytest.approx(expected, abs=1e-5)


def test_one_output_is_a_value(run: Staged) -> None:
    rows = _checked(run.result("value")).rows
    assert rows["r1"]["value"] == pytest.approx(5)


@pytest.mark.parametrize("name", ["script-vectors", "script-means", "export-vectors"])
def test_vectors_of_tokens_are_pooled_and_those_of_texts_taken(run: Staged, name: str) -> None:
    rows = _checked(run.result(f"probe-{name}")).rows
    assert rows["r1"]["embedding"] == pytest.approx([5, -5, 1])
    assert rows["t0"]["embedding"] == pytest.approx([5, -5, 1])


def test_the_task_s_pooling_counts(run: Staged) -> None:
    assert _checked(run.result("probe-cls")).rows["r1"]["embedding"] == pytest.approx([4, -4, 1])


def test_pairs_are_read_together_by_a_head_with_one_label(run: Staged) -> None:
    rows = _checked(run.result("similar-pair")).rows
    assert rows["r0"]["score"] == pytest.approx(3.5)


def test_pairs_are_compared_by_their_vectors_otherwise(run: Staged) -> None:
    rows = _checked(run.result("similar-cosine")).rows
    assert rows["r0"]["score"] == pytest.approx(1)
    assert 0.9 < rows["r1"]["score"] < 1


def test_the_report_tells_parameters_and_number_type(run: Staged) -> None:
    for name in ("script", "export", "hub"):
        report = run.result(f"head-{name}").report
        assert (report["parameters"], report["dtype"]) == (36, "float32")
        assert report["model_bytes"] > 0


@pytest.mark.parametrize("name", FAILURES)
def test_a_broken_module_fails_with_its_name(run: Staged, name: str) -> None:
    code, said = FAILURES[name]
    report = run.result(f"bad-{name}").report
    assert report["error_code"] == code, report["message"]
    assert said in report["message"]


@pytest.mark.parametrize("name", ["script", "export", "hub"])
def test_a_module_goes_to_the_run_s_device(models: Path, name: str) -> None:
    """The device "meta" stands for a GPU: it takes only what was moved there."""
    done = run_python("-c", ON_ANOTHER_DEVICE, models / name, paths=[ROOT / "sandbox"])
    assert done.stdout.split() == ["meta"], done.stderr


def test_several_outputs_must_be_told_apart(run: Staged) -> None:
    report = run.result("span-untold").report
    assert report["error_code"] == "bad_model"
    assert "gave start_logits and no end_logits" in report["message"]
