"""A ``python`` submission answers its rows itself; whatever goes wrong is named."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.code.session import CodeSession
from sandbox.runner.config import read_run
from sandbox.runner.progress import Progress
from tests.parts import ROOT
from tests.sandbox.runner.staging import Result, Staged

GOOD = """
def load(model_dir, task):
    global labels
    labels = task["labels"]

def predict(batch):
    return [labels[len(row["text"]) % 2] for row in batch]
"""


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    return Staged(tmp_path / "run", format="python", settings={"task_seconds": 5})


@pytest.fixture(autouse=True)
def _own_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "modules", sys.modules.copy())


def run(staged: Staged, slug: str = "a") -> Result:
    staged.close()
    CodeSession(
        in_dir=staged.in_dir,
        out_dir=staged.out_dir,
        run=read_run(staged.in_dir),
        progress=Progress(io.StringIO()),
    ).run_all()
    return staged.result(slug)


def program(staged: Staged, text: str, slug: str | None = None) -> None:
    folder = staged.own(slug) if slug else staged.model
    (folder / "predict.py").write_text(textwrap.dedent(text))


def test_the_code_answers_every_row_in_order(staged: Staged) -> None:
    program(staged, GOOD)
    staged.task("a", ["x" * length for length in range(1, 81)])
    result = run(staged)
    assert (result.report["status"], result.report["rows"]) == ("ok", 80)
    assert result.rows["r0"]["label"] == "positive"
    assert result.rows["r1"]["label"] == "negative"


@pytest.mark.parametrize(
    ("config", "answer", "row"),
    [
        ({}, '{"label": "positive", "probs": [0.1, 0.9]}', {"label": "positive"}),
        ({"kind": "text_regression"}, "1", {"value": 1}),
        ({"kind": "sentence_similarity"}, '{"score": 0.5}', {"score": 0.5}),
    ],
)
def test_an_answer_is_a_row_or_its_one_value(
    config: dict[str, Any], answer: str, row: dict[str, Any], staged: Staged
) -> None:
    program(staged, f"def load(d, t): pass\ndef predict(batch): return [{answer} for _ in batch]")
    staged.task("a", ["text"], **config)
    result = run(staged)
    assert row.items() <= result.rows["r0"].items()


def test_on_the_probe_track_it_embeds_the_train_split_too(staged: Staged) -> None:
    program(staged, "def load(d, t): pass\ndef predict(batch): return [(1.0, 2) for _ in batch]")
    staged.task("a", ["one"], train=["two", "three"])
    assert {len(row["embedding"]) for row in run(staged).rows.values()} == {2}
    assert set(run(staged).rows) == {"r0", "t0", "t1"}


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("x = 1 /", "bad_code", "predict.py, importing it"),
        ("def load(d, t): pass", "bad_code", "no function predict"),
        ("import nothing_like_this", "bad_code", "ModuleNotFoundError"),
        (
            "def load(d, t): t['x']\ndef predict(b): return b",
            "bad_code",
            "load (predict.py line 1)",
        ),
        ("def load(d, t): pass\ndef predict(b):\n    raise KeyError('k')", "bad_code", "line 3"),
        ("import sys\nsys.exit(0)", "bad_code", "SystemExit"),
        (
            "def load(d, t): pass\ndef predict(b): return []",
            "bad_answer",
            "0 answers to a batch of 2",
        ),
        ("def load(d, t): pass\ndef predict(b): return ['no']*2", "bad_answer", "label 'no'"),
        ("def load(d, t): pass\ndef predict(b): return [{}]*2", "bad_answer", "label"),
        ("def load(d, t): pass\ndef predict(b): return None", "bad_code", "NoneType"),
        (
            "def load(d, t): pass\ndef predict(b): return [{'label': 'positive', 'p': 1e400}] * 2",
            "bad_answer",
            "NaN",
        ),
        ("import time\ndef load(d, t): time.sleep(60)\ndef predict(b): 0", "timeout", "5 seconds"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, code: str, said: str, staged: Staged) -> None:
    staged.settings["task_seconds"] = 1 if code == "timeout" else 5
    program(staged, text)
    staged.task("a", ["one", "two"])
    report = run(staged).report
    assert report["error_code"] == code
    assert said.replace("5 seconds", "1 seconds") in report["message"]


def test_modules_of_one_task_folder_are_not_seen_in_another(staged: Staged) -> None:
    for slug, label in (("a", "negative"), ("b", "positive")):
        program(
            staged,
            "import helper\ndef load(d, t): pass\ndef predict(b): return [helper.LABEL] * len(b)",
            slug,
        )
        (staged.own(slug) / "helper.py").write_text(f"LABEL = {label!r}")
        staged.task(slug, ["one"])
    assert run(staged).rows["r0"]["label"] == "negative"
    assert staged.result("b").rows["r0"]["label"] == "positive"


def test_no_numerical_library_is_imported_unless_the_code_does(staged: Staged) -> None:
    program(
        staged, "import sys\n" + GOOD + "\nprint(sorted({'numpy', 'torch'} & set(sys.modules)))"
    )
    staged.task("a", ["one"])
    staged.close()
    ended = subprocess.run(
        [sys.executable, "-m", "runner", str(staged.in_dir), str(staged.out_dir)],
        cwd=ROOT / "sandbox",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[]" in ended.stderr.splitlines()
    assert json.loads(ended.stdout.splitlines()[-1])["event"] == "finished"
