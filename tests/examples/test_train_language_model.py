from __future__ import annotations

from pathlib import Path

import pytest

from demo.families import language
from tests.examples.conftest import made, run_example
from tests.examples.trial import Trial
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner


@pytest.mark.slow
@pytest.mark.parametrize(
    ("architecture", "kind", "most"),
    [("gpt2", "causal_language_modelling", 3.0), ("roberta", "pseudo_likelihood", 3.0)],
)
def test_a_new_model_is_less_surprised_than_by_noise(
    architecture: str, kind: str, most: float, tmp_path: Path
) -> None:
    """A byte of noise costs 8 bits, one of letters by their frequency about 4."""
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n".join(language.told_corpus(600)) + "\n")
    staged = Staged(tmp_path / "run")
    done = run_example(
        *("train_language_model.py", "--architecture", architecture, "--corpus", corpus),
        *("--out", staged.model, "--epochs", "3", "--threads", "1"),
    )
    made(done)
    trial = Trial(kind=kind, metric="bits_per_byte", examples=language.stories(8, "tests"), test=8)
    assert 0 < trial.score(staged) < most


def test_a_corpus_of_one_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("Only one.\n")
    done = run_example(
        *("train_language_model.py", "--architecture", "gpt2", "--out", tmp_path / "out"),
        *("--corpus", tmp_path / "corpus.txt"),
    )
    assert done.returncode == 2
    assert "fewer than two texts" in done.stderr
