"""What the web process loads to know kinds and metrics."""

from __future__ import annotations

import subprocess
import sys

from tests.parts import ROOT

HEAVY = {
    "ir_measures",
    "matplotlib",
    "nltk",
    "pandas",
    "pycocotools",
    "rouge_score",
    "sacrebleu",
    "scipy",
    "seqeval",
    "sklearn",
}
SCRIPT = """
import sys
import competitions.kinds
import scoring.metrics
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_names_and_facts_of_metrics_load_no_reference_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert HEAVY.isdisjoint(done.stdout.split())
