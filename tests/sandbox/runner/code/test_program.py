from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.runner.code.program import Program
from sandbox.runner.errors import Code, RunnerError

TASK = {"slug": "a"}


@pytest.fixture(autouse=True)
def _own_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "predict", raising=False)


def _program(folder: Path, body: str) -> Program:
    (folder / "predict.py").write_text(f"def load(model_dir, task): pass\n{body}\n")
    return Program(folder)


@pytest.mark.parametrize(
    "body",
    [
        "def predict(batch): return [1, 2]",
        "def predict(batch): return (1, 2)",
        "def predict(batch):\n    yield 1\n    yield 2",
        "import numpy\ndef predict(batch): return numpy.array([1, 2])",
    ],
)
def test_answers_come_as_any_row_of_values(body: str, tmp_path: Path) -> None:
    assert _program(tmp_path, body).predict([{}, {}]) == [1, 2]


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("[]", "0 answers to a batch of 2 rows"),
        ("[1, 2, 3]", "more than 2 answers"),
        ("__import__('itertools').count()", "more than 2 answers"),
        ("None", "NoneType"),
        ("'ab'", "gave str"),
        ("{'a': 1, 'b': 2}", "gave dict"),
        ("__import__('numpy').float32(1)", "gave float"),
    ],
)
def test_another_number_of_answers_is_a_bad_answer(
    returned: str, said: str, tmp_path: Path
) -> None:
    program = _program(tmp_path, f"def predict(batch): return {returned}")
    with pytest.raises(RunnerError, match=said) as caught:
        program.predict([{}, {}])
    assert caught.value.code == Code.BAD_ANSWER


def test_load_gets_the_folder_and_the_task(tmp_path: Path) -> None:
    (tmp_path / "predict.py").write_text(
        "seen = []\ndef load(model_dir, task): seen.extend([model_dir, task])\n"
        "def predict(batch): return seen\n"
    )
    program = Program(tmp_path)
    program.load(TASK)
    assert program.predict([{}, {}]) == [str(tmp_path), TASK]


def test_a_dataclass_can_be_defined(tmp_path: Path) -> None:
    """It looks its module up by name."""
    body = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Answer:\n    text: str = 'x'\n"
        "def load(model_dir, task): pass\ndef predict(batch): return [Answer().text]\n"
    )
    (tmp_path / "predict.py").write_text(body)
    assert Program(tmp_path).predict([{}]) == ["x"]


def test_a_folder_without_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match=r"no predict\.py") as caught:
        Program(tmp_path)
    assert caught.value.code == Code.BAD_CODE


def test_a_name_that_is_no_function_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="no function predict"):
        _program(tmp_path, "predict = 3")
