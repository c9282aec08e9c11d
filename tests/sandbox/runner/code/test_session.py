"""A ``python`` submission answers its rows itself; whatever goes wrong is named."""

from __future__ import annotations

import io
import json
import os
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
from tests.sandbox.runner.staging import Result, Staged, write_rows

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
            "load (predict.py, line 1): KeyError",
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
        ("def load(d, t): pass\ndef predict(b): return None", "bad_answer", "NoneType"),
        (
            "def load(d, t): pass\ndef predict(b): return ['positive', 'so-so']",
            "bad_answer",
            "answer 1 of 2 (counted from 0) has the label",
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


def test_what_a_module_keeps_is_there_for_the_next_task_of_its_folder(staged: Staged) -> None:
    program(
        staged,
        """
        loads = []
        def load(model_dir, task): loads.append(task["slug"])
        def predict(batch): return [len(loads)] * len(batch)
        """,
    )
    program(staged, "def load(d, t): pass\ndef predict(b): return [0] * len(b)", "own")
    for slug in ("a", "own", "b"):
        staged.task(slug, ["one"], kind="text_regression")
    assert run(staged).rows["r0"]["value"] == 1
    assert staged.result("own").rows["r0"]["value"] == 0
    assert staged.result("b").rows["r0"]["value"] == 2


def test_the_task_s_facts_reach_load(staged: Staged) -> None:
    program(
        staged,
        """
        def load(model_dir, task): raise ValueError(sorted(task.items()))
        def predict(batch): pass
        """,
    )
    staged.task("a", ["one"])
    said = run(staged).report["message"]
    names = ("device", "kind", "labels", "max_length", "pooling", "slug", "threads", "track")
    assert all(f"'{name}'" in said for name in names)


def test_batches_are_bounded_and_the_same_for_any_order_of_rows(staged: Staged) -> None:
    program(
        staged,
        """
        import json
        def load(model_dir, task): pass
        def predict(batch):
            width = max(len(row["text"]) for row in batch)
            assert len(batch) <= 32
            assert len(batch) == 1 or width * len(batch) <= 64_000
            number = sum(len(row["text"]) for row in batch)
            return [number] * len(batch)
        """,
    )
    texts = ["x" * (37 * number % 5000) for number in range(100)] + ["y" * 100_000]
    staged.task("a", texts, kind="text_regression")
    staged.task("b", texts[::-1], kind="text_regression")
    first = run(staged)
    assert first.report["rows"] == 101
    second = staged.result("b").rows
    mirrored = {f"r{100 - int(name[1:])}": row["value"] for name, row in second.items()}
    assert mirrored == {name: row["value"] for name, row in first.rows.items()}


@pytest.mark.parametrize(
    "text",
    [
        "raise BaseException",
        "def load(d, t): raise KeyboardInterrupt\ndef predict(b): pass",
        """
        class Answer:
            def tolist(self): raise SystemExit
        def load(d, t): pass
        def predict(b): return [Answer()]
        """,
    ],
)
def test_nothing_that_the_code_raises_stops_the_next_task(text: str, staged: Staged) -> None:
    program(staged, text, "a")
    program(staged, GOOD, "b")
    for slug in ("a", "b"):
        staged.task(slug, ["one"])
    assert run(staged).report["error_code"] == "bad_code"
    assert staged.result("b").report["status"] == "ok"


def test_the_report_counts_the_folder_s_own_bytes_and_no_number_type(staged: Staged) -> None:
    program(staged, GOOD)
    program(staged, GOOD + "#" * 1000, "b")
    for slug in ("a", "b"):
        staged.task(slug, ["one"])
    assert run(staged).report["model_bytes"] == len(textwrap.dedent(GOOD))
    assert staged.result("b").report["model_bytes"] == len(textwrap.dedent(GOOD)) + 1000
    assert staged.result("a").report["dtype"] == ""
    assert staged.result("a").report["parameters"] is None


def _as_a_program(staged: Staged) -> subprocess.CompletedProcess[str]:
    staged.close()
    return subprocess.run(
        [sys.executable, "-m", "runner", str(staged.in_dir), str(staged.out_dir)],
        cwd=ROOT / "sandbox",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


def test_no_numerical_library_is_imported_unless_the_code_does(staged: Staged) -> None:
    program(
        staged, "import sys\n" + GOOD + "\nprint(sorted({'numpy', 'torch'} & set(sys.modules)))"
    )
    staged.task("a", ["one"])
    ended = _as_a_program(staged)
    assert "[]" in ended.stderr.splitlines()
    assert json.loads(ended.stdout.splitlines()[-1])["event"] == "finished"


def test_a_thread_left_behind_keeps_no_finished_run_on(staged: Staged) -> None:
    program(
        staged,
        GOOD + "\nimport threading\nthreading.Thread(target=threading.Event().wait).start()",
    )
    staged.task("a", ["one"])
    assert _as_a_program(staged).returncode == 0


def test_what_the_code_prints_is_in_the_log_in_its_order(staged: Staged) -> None:
    program(staged, "import os\nprint('first')\nos.write(2, b'second\\n')\n" + GOOD)
    staged.task("a", ["one"])
    assert _as_a_program(staged).stderr.splitlines()[:2] == ["first", "second"]


def with_copies(staged: Staged, slug: str) -> None:
    staged.task(slug, ["x", "xx"], files=["inputs.jsonl", "perturbed.jsonl"])
    write_rows(staged.in_dir / "tasks" / slug / "perturbed.jsonl", "p", ["X", "XX", "XXX"])


def test_copies_are_answered_by_the_program_as_it_was_prepared_for_the_task(
    staged: Staged,
) -> None:
    program(
        staged,
        """
        told = []

        def load(model_dir, task):
            told.append(task["slug"])

        def predict(batch):
            share = len(told) / 10
            return [{"label": "positive", "probs": [share, 1 - share]}] * len(batch)
        """,
    )
    with_copies(staged, "a")
    with_copies(staged, "b")
    first, second = run(staged, "a"), staged.result("b")
    loads = {row_id: round(row["probs"][0] * 10) for row_id, row in second.rows.items()}
    assert loads == {"r0": 2, "r1": 2, "p0": 2, "p1": 2, "p2": 2}
    loads = {row_id: round(row["probs"][0] * 10) for row_id, row in first.rows.items()}
    assert loads == {"r0": 1, "r1": 1, "p0": 3, "p1": 3, "p2": 3}
    assert (first.report["rows"], second.report["rows"]) == (2, 2)


def test_code_that_fails_over_copies_keeps_its_answers(staged: Staged) -> None:
    program(staged, GOOD.replace("return", "assert batch[0]['text'].islower()\n    return"))
    with_copies(staged, "a")
    result = run(staged)
    assert (result.report["status"], result.rows.keys()) == ("ok", {"r0", "r1"})
