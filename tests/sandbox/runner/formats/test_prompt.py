"""The real runner asks a tiny GPT-2 by a template, and chooses what the model finds likelier."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from ..real_runs import run_python, run_staged
from ..staging import Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
TEXTS = ["w1 w2 w3", "w4", " ".join(f"w{number % 50}" for number in range(90))]
TRAIN = [("w5 w6", "negative"), ("w7", "positive"), ("w8", "negative")]
CHOICES = {"negative": "w10", "positive": "w11 w12"}
PLAIN = """
import json, sys, torch, transformers as hf
hf.logging.set_verbosity_error()
folder, jobs = json.load(sys.stdin)
model = hf.AutoModelForCausalLM.from_pretrained(folder).eval()
tokens = hf.AutoTokenizer.from_pretrained(folder)
found = []
for prompt, choice in jobs:
    before, whole = (tokens(text)["input_ids"] for text in (prompt, prompt + choice))
    with torch.inference_mode():
        logs = torch.log_softmax(model(input_ids=torch.tensor([whole])).logits[0].double(), -1)
    found.append(sum(float(logs[n - 1, whole[n]]) for n in range(len(before), len(whole))))
print(json.dumps(found))
"""


def _settings(**changes: Any) -> dict[str, Any]:
    template = "w20 {text} w21 {answer}"
    return {"template": template, "choices": CHOICES, "separator": " ", **changes}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("heads")
    made = run_python(HERE / "tiny_heads.py", out)
    assert made.returncode == 0, made.stderr
    return out / "causal-gpt2"


@pytest.fixture(scope="module")
def run(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = Staged(tmp_path_factory.mktemp("prompt") / "run")
    shutil.copytree(model, staged.model, dirs_exist_ok=True)
    staged.task("zero", TEXTS, track="prompt", settings=_settings())
    staged.task("few", TEXTS[:2], track="prompt", settings=_settings(shots=2))
    written = _settings(max_new_tokens=3, stop=[])
    staged.task("written", TEXTS[:2], kind="text_generation", track="prompt", settings=written)
    lessons = [
        json.dumps({"id": f"t{number}", "input": {"text": text}, "label": label}) + "\n"
        for number, (text, label) in enumerate(TRAIN)
    ]
    (staged.in_dir / "tasks" / "few" / "train.jsonl").write_text("".join(lessons))
    run_staged(staged)
    return staged


def _rows(run: Staged, slug: str) -> list[dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report
    return [result.rows[f"r{number}"] for number in range(len(result.rows))]


def test_the_likelier_choice_wins_with_its_share(run: Staged, model: Path) -> None:
    jobs = [(f"w20 {text} w21 ", choice) for text in TEXTS[:2] for choice in CHOICES.values()]
    done = run_python("-c", PLAIN, stdin=json.dumps([str(model), jobs]))
    assert done.returncode == 0, done.stderr
    logs = json.loads(done.stdout)
    for number, row in enumerate(_rows(run, "zero")[:2]):
        powers = [math.exp(one) for one in logs[2 * number : 2 * number + 2]]
        expected = [power / sum(powers) for power in powers]
        assert row["probs"] == pytest.approx(expected, rel=1e-3)
        assert row["label"] == list(CHOICES)[expected.index(max(expected))]


def test_a_long_input_is_cut_and_the_template_is_not(run: Staged) -> None:
    assert len(_rows(run, "zero")) == 3
    assert run.result("zero").report["truncated_rows"] == 1


def test_examples_change_what_is_asked(run: Staged) -> None:
    zero, few = (_rows(run, slug)[0]["probs"] for slug in ("zero", "few"))
    assert zero != few


def test_other_answers_are_written(run: Staged) -> None:
    assert all(isinstance(row["text"], str) for row in _rows(run, "written"))
