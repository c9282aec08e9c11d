"""The measured rescoring: it runs, on a database and stores of its own, and tells what it did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import ROOT

OPTIONS = ("--submissions", "25", "--rows", "60", "--metric", "macro_f1")


@pytest.mark.slow
def test_a_small_field_is_scored_again_and_published(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.rescoring", *OPTIONS, "--folder", str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["submissions"], told["rows"], told["metric"]) == (25, 60, "macro_f1")
    assert told["places_changed"] > 0
    assert told["cpu_seconds"] == pytest.approx(
        told["computing_cpu_seconds"] + told["publishing_cpu_seconds"], abs=0.2
    )
    assert list(tmp_path.iterdir()) == []
