"""Web processes load every metric for its facts, and none of the libraries behind them."""

import subprocess
import sys

LIBRARIES = ("pycocotools", "ir_measures", "pytrec_eval", "sacrebleu", "seqeval", "rouge_score")


def test_metrics_are_loaded_without_their_libraries() -> None:
    code = f"import sys, scoring.metrics; print(sorted(set({LIBRARIES}) & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
