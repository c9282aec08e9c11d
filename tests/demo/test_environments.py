"""Environments: completed once, done again after an interruption or another lock file."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demo.debian import SetupError
from demo.environments import MARKER, Commands, Environment, ensure, new_venv


@dataclass
class Recipe:
    """An installer whose steps are Python programs; keeps how often it was asked."""

    ways_of_programs: list[list[str]]
    asked: int = field(default=0)

    def ways(self, root: Path, lock: Path) -> Iterator[list[list[str | Path]]]:
        self.asked += 1
        for programs in self.ways_of_programs:
            yield [[sys.executable, "-c", program, str(root)] for program in programs]


MAKE = "import pathlib, sys; pathlib.Path(sys.argv[1]).mkdir(exist_ok=True)"
FAIL = "import sys; print('no such wheel'); sys.exit(3)"


def environment(folder: Path, recipe: Recipe, lock: str = "platform.lock") -> Environment:
    lock_file, inner = folder / lock, folder / "inner.lock"
    for path in (lock_file, inner):
        if not path.exists():
            path.write_text("one==1\n")
    contains = () if lock == "inner.lock" else (inner,)
    return Environment(
        name="test",
        root=folder / "env",
        lock=lock_file,
        contains=contains,
        installer=recipe,
    )


def silent(_line: str) -> None:
    return None


def test_second_start_does_nothing(tmp_path: Path) -> None:
    recipe = Recipe([[MAKE]])
    assert ensure(environment(tmp_path, recipe), Commands(), silent) is True
    assert ensure(environment(tmp_path, recipe), Commands(), silent) is False
    assert recipe.asked == 1


def test_changed_lock_file_installs_again(tmp_path: Path) -> None:
    recipe = Recipe([[MAKE]])
    ensure(environment(tmp_path, recipe), Commands(), silent)
    (tmp_path / "platform.lock").write_text("one==2\n")
    assert ensure(environment(tmp_path, recipe), Commands(), silent) is True


def test_environment_with_more_satisfies_the_lock_it_contains(tmp_path: Path) -> None:
    ensure(environment(tmp_path, Recipe([[MAKE]])), Commands(), silent)
    recipe = Recipe([[FAIL]])
    assert ensure(environment(tmp_path, recipe, "inner.lock"), Commands(), silent) is False


def test_failure_leaves_no_marker_and_shows_the_end_of_the_output(tmp_path: Path) -> None:
    ensure(environment(tmp_path, Recipe([[MAKE]])), Commands(), silent)
    (tmp_path / "platform.lock").write_text("one==2\n")
    with pytest.raises(SetupError, match="no such wheel"):
        ensure(environment(tmp_path, Recipe([[FAIL]])), Commands(), silent)
    assert not (tmp_path / "env" / MARKER).exists()
    assert ensure(environment(tmp_path, Recipe([[MAKE]])), Commands(), silent) is True


def test_second_way_is_taken_where_the_first_fails(tmp_path: Path) -> None:
    recipe = Recipe([[FAIL, MAKE], [MAKE]])
    assert ensure(environment(tmp_path, recipe), Commands(), silent) is True


def test_stopped_commands_end_children_and_start_no_other(tmp_path: Path) -> None:
    commands = Commands()
    started = tmp_path / "started"
    program = f"import pathlib, time; pathlib.Path({str(started)!r}).touch(); time.sleep(60)"
    statuses: list[int] = []

    def work() -> None:
        with (tmp_path / "log").open("wb") as log:
            statuses.append(commands.run([sys.executable, "-c", program], log))

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive() and not started.exists():
        thread.join(0.02)
    commands.stop()
    thread.join(10)
    assert statuses == [-15]
    with pytest.raises(SetupError), (tmp_path / "log").open("wb") as log:
        commands.run([sys.executable, "-c", "pass"], log)


def test_half_made_venv_is_made_anew(tmp_path: Path) -> None:
    root = tmp_path / "venv"
    (root / "bin").mkdir(parents=True)
    (root / "pyvenv.cfg").write_text("home = /nowhere\n")
    assert new_venv(root) == [[sys.executable, "-m", "venv", root]]
    assert not root.exists()
