from __future__ import annotations

from pathlib import Path

import pytest

from demo.families.pictures import SHAPES
from demo.families.vision import objects
from tests.examples.conftest import made, run_example
from tests.examples.trial import Trial
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner


@pytest.mark.slow
def test_a_small_yolos_finds_some_shapes(tmp_path: Path) -> None:
    """In a few seconds it learns where shapes are, and hardly which."""
    examples, files = objects(260)
    trial = Trial(
        kind="object_detection",
        metric="coco_ap_50",
        examples=examples,
        classes=SHAPES,
        files=files,
        test=20,
    )
    staged = Staged(tmp_path / "run")
    train = trial.write_train(tmp_path)
    done = run_example(
        *("train_detector.py", "--train", train, "--files", tmp_path / "files"),
        *("--labels", ",".join(SHAPES), "--out", staged.model, "--epochs", "6", "--threads", "1"),
    )
    made(done)
    assert trial.score(staged) > 0
