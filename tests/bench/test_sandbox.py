"""The benchmark of sandboxes, on what answers here."""

import re
from pathlib import Path

import pytest

from bench import sandbox
from bench.sandbox import Way, find_ways, in_turns, main
from bench.timing import Timed
from tests.parts import RUNNER_PYTHON


def test_every_repetition_begins_with_another_way_and_the_first_is_not_counted() -> None:
    ways = {name: Way(name, name, name) for name in "abc"}  # type: ignore[arg-type]
    order: list[str] = []

    def run(way: Way) -> Timed:
        order.append(str(way.model))
        return Timed(
            first_word=0.0,
            first_rows=0.0,
            last_word=0.0,
            result=float(len(order)),
            inside_seconds=0.0,
            rows_per_second=0.0,
            host_bytes=0,
        )

    found = in_turns(ways, 2, run)
    assert "".join(order) == "abc" + "bca" + "cab"
    assert {name: [run.result for run in runs] for name, runs in found.items()} == {
        "a": [6.0, 8.0],
        "b": [4.0, 9.0],
        "c": [5.0, 7.0],
    }


@pytest.mark.runner
def test_what_does_not_answer_is_named_with_its_reason(tmp_path: Path) -> None:
    ways, absent = find_ways(["nonsense"], tmp_path, RUNNER_PYTHON)
    assert list(ways) == ["bare"]
    assert "choose from" in absent["nonsense"]


@pytest.mark.runner
@pytest.mark.bubblewrap
@pytest.mark.slow
def test_the_page_gets_the_tables_of_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text((sandbox.ROOT / "docs" / "benchmarks.md").read_text())
    arguments = ["--empty-runs", "1", "--model-runs", "1", "--rows", "4", "--page", str(page)]
    assert main([*arguments, "--backends", "bubblewrap", "--python", str(RUNNER_PYTHON)]) == 0
    written = page.read_text()
    assert capsys.readouterr().out.strip() in written
    assert len(re.findall(r"^\| (?:bare|bubblewrap) \|", written, re.MULTILINE)) == 6
    assert str(Path.home()) not in written
