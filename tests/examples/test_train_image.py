from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from demo.families.pictures import file_name, packed_png
from demo.splits import Example
from tests.examples.conftest import made, run_example
from tests.examples.trial import Trial
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

LABELS = ("left", "right")


def halves(count: int) -> Trial:
    """Grey noise with a bright left or right half."""
    rng = np.random.default_rng(0)
    examples, files = [], {}
    for number in range(count):
        pixels = rng.integers(0, 120, (16, 16), dtype=np.uint8)
        pixels[:, :8] += 100 * (number % 2)
        pixels[:, 8:] += 100 * (1 - number % 2)
        name = file_name(pixels)
        files[name] = packed_png(pixels)
        label = LABELS[0] if number % 2 else LABELS[1]
        examples.append(Example(input={"image": name}, label=label, keys=(name,)))
    return Trial(
        kind="image_classification",
        metric="accuracy",
        examples=examples,
        classes=LABELS,
        files=files,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("architecture", "its_format", "file"),
    [("resnet", "transformers", "model.safetensors"), ("vgg", "torch", "model.pt")],
)
def test_a_new_model_learns_which_half_is_bright(
    architecture: str, its_format: str, file: str, tmp_path: Path
) -> None:
    trial = halves(200)
    staged = Staged(tmp_path / "run", format=its_format)
    train = trial.write_train(tmp_path)
    made(
        run_example(
            *("train_image.py", "--architecture", architecture, "--train", train),
            *("--files", tmp_path / "files", "--labels", "right,left", "--channels", "1"),
            *("--out", staged.model, "--epochs", "8", "--threads", "1"),
        )
    )
    assert (staged.model / file).is_file()
    assert trial.score(staged) > 0.9


def test_a_label_that_is_not_named_is_told(tmp_path: Path) -> None:
    train = halves(60).write_train(tmp_path)
    done = run_example(
        *("train_image.py", "--architecture", "vgg", "--train", train, "--labels", "up,left"),
        *("--files", tmp_path / "files", "--out", tmp_path / "out"),
    )
    assert done.returncode == 2
    assert "none of --labels (right)" in done.stderr
