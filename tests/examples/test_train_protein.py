from __future__ import annotations

import random
from pathlib import Path

import pytest

from demo.families.biology import FOLDS, contacts, folds
from demo.splits import Example
from tests.examples.conftest import made, run_example
from tests.examples.trial import Trial
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner


def charged(count: int) -> list[Example]:
    """Sequences with more K or more E."""
    rng = random.Random(0)
    found = []
    for number in range(count):
        letters = "AGLK" if number % 2 else "AGLE"
        sequence = "".join(rng.choice(letters) for _ in range(20))
        label = "positive" if number % 2 else "negative"
        found.append(Example(input={"sequence": sequence}, label=label, keys=(sequence,)))
    return found


TRIALS = {
    "classes": Trial(
        kind="sequence_classification",
        metric="accuracy",
        examples=charged(200),
        classes=("negative", "positive"),
    ),
    "labels": Trial(
        kind="residue_labelling", metric="residue_accuracy", examples=folds(240), classes=FOLDS
    ),
    "contacts": Trial(
        kind="contact_prediction", metric="contact_precision_l5", examples=contacts(60), test=10
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "epochs", "least"), [("classes", "6", 0.9), ("labels", "4", 0.5), ("contacts", "1", 0)]
)
def test_a_small_esm_learns(name: str, epochs: str, least: float, tmp_path: Path) -> None:
    trial = TRIALS[name]
    staged = Staged(tmp_path / "run")
    labels = ("--labels", ",".join(trial.classes)) if trial.classes else ()
    made(
        run_example(
            *("train_protein.py", "--train", trial.write_train(tmp_path), "--out", staged.model),
            *("--task-kind", trial.kind, *labels, "--epochs", epochs, "--threads", "1"),
        )
    )
    assert trial.score(staged) >= least


def test_labels_of_contacts_are_refused(tmp_path: Path) -> None:
    done = run_example(
        *("train_protein.py", "--train", TRIALS["contacts"].write_train(tmp_path)),
        *("--task-kind", "contact_prediction", "--labels", "a,b", "--out", tmp_path / "out"),
    )
    assert done.returncode == 2
    assert "none for contact_prediction" in done.stderr
