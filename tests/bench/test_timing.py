"""The clock of one run."""

from itertools import count
from pathlib import Path

import pytest

from bench import timing
from bench.programs import EMPTY, OUTPUT, OUTPUT_BYTES
from bench.staging import stage_nothing
from bench.timing import RunFailed, Timed, timed
from tests.bench.lab import QUICK, bare


def clocked(folder: Path, program: str) -> Timed:
    nothing = stage_nothing(folder / "in")
    return timed(bare(folder, program), input_dir=nothing, limits=QUICK, work_dir=folder)


def test_the_steps_of_a_run_come_in_their_order(tmp_path: Path) -> None:
    run = clocked(tmp_path, OUTPUT)
    assert 0 < run.first_word <= run.first_rows <= run.last_word <= run.result
    assert 0 <= run.ending == run.result - run.last_word
    assert run.inside_seconds > 0


def test_disks_are_looked_at_while_the_run_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = count(100, OUTPUT_BYTES)
    monkeypatch.setattr(timing, "used_bytes", lambda: next(looks))
    assert clocked(tmp_path, OUTPUT).host_bytes == OUTPUT_BYTES
    assert next(looks) == 100 + 2 * OUTPUT_BYTES


def test_a_run_without_rows_has_its_end_for_them(tmp_path: Path) -> None:
    run = clocked(tmp_path, EMPTY)
    assert (run.first_rows, run.host_bytes) == (run.result, 0)


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="no such thing"):
        clocked(tmp_path, "raise SystemExit('no such thing')")


def test_disks_hold_something() -> None:
    assert timing.used_bytes() >= 0
