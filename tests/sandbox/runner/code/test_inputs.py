from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.runner.code.inputs import read_inputs
from sandbox.runner.errors import Code, RunnerError


def test_rows_come_whole_with_texts_that_can_be_encoded(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    path.write_text('{"id": "r1", "input": {"text": "a\\ud800b\u2028c", "more": [1]}}\n\n')
    [row] = read_inputs(path)
    assert (row.id, row.content) == ("r1", {"text": "a?b\u2028c", "more": [1]})


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "r1"}', '{"id": "r1", "input": "text"}'])
def test_a_broken_file_is_our_fault(text: str, tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    path.write_text(text)
    with pytest.raises(RunnerError, match=r"inputs\.jsonl") as caught:
        read_inputs(path)
    assert caught.value.code == Code.INTERNAL
