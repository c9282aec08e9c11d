from __future__ import annotations

from pathlib import Path

import pytest

from demo.families.pictures import SHAPES
from demo.families.vision import segments
from tests.examples.conftest import made, run_example
from tests.examples.trial import Trial
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

CLASSES = ("background", *SHAPES)


@pytest.mark.slow
def test_a_small_segformer_parts_shapes_from_the_background(tmp_path: Path) -> None:
    examples, files = segments(140)
    trial = Trial(
        kind="semantic_segmentation",
        metric="pixel_accuracy",
        examples=examples,
        classes=CLASSES,
        files=files,
        test=20,
    )
    staged = Staged(tmp_path / "run")
    train = trial.write_train(tmp_path)
    made(
        run_example(
            *("train_segmenter.py", "--train", train, "--files", tmp_path / "files"),
            *("--labels", ",".join(CLASSES), "--out", staged.model),
            *("--epochs", "6", "--threads", "1"),
        )
    )
    assert trial.score(staged) > 0.88
