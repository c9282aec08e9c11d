from __future__ import annotations

import json
from pathlib import Path

import pytest

from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import made, run_example
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner


def _corpus(path: Path) -> Path:
    words = ["alpha", "beta", "gamma", "delta", "runs", "sees", "and", "with"]
    lines = [
        ". ".join(" ".join(words[(n * k + j) % 8] for j in range(6)) for k in (1, 3))
        for n in range(100)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_corpus_becomes_an_encoder_that_the_runner_takes(tmp_path: Path) -> None:
    staged = Staged(tmp_path / "run")
    done = run_example(
        *("pretrain_bert.py", "--corpus", _corpus(tmp_path / "corpus.txt")),
        *("--out", staged.model, "--minutes", "0.03", "--threads", "1"),
    )
    made(done)
    assert "next sentence" in done.stdout
    config = json.loads((staged.model / "config.json").read_text())
    assert (config["model_type"], config["hidden_size"]) == ("bert", 256)
    staged.task("probed", ["alpha runs", "beta sees gamma"], train=["delta"])
    staged.task("similar", [("alpha", "alpha")], kind="sentence_similarity", labels=[])
    run_staged(staged)
    report = staged.result("probed").report
    assert report["status"] == "ok", report
    assert 3_000_000 < report["parameters"] < 10_000_000
    assert staged.result("similar").rows["r0"]["score"] == pytest.approx(1.0, abs=1e-5)
    declared = parse_declaration((staged.model / "submission.yaml").read_bytes())
    assert "100 documents" in declared.training_data
    assert "0.03 minutes" in declared.training_time


def test_a_corpus_of_one_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("Only one.\n")
    done = run_example(
        "pretrain_bert.py", "--corpus", tmp_path / "corpus.txt", "--out", tmp_path / "out"
    )
    assert done.returncode == 2
    assert "fewer than two documents" in done.stderr
