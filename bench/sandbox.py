"""What isolation costs: every backend that answers against the bare runner, measured in turns.

    python -m bench.sandbox [--empty-runs 10] [--model-runs 5] [--rows 400] [--page PAGE]

Each repetition runs every backend once, in another order, so that the machine's other work hits
all alike; ratios are taken within a repetition. Writes the tables into the page and prints them.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from bench import machine
from bench.bare import BareBackend
from bench.page import replace_between
from bench.programs import EMPTY, OUTPUT, OUTPUT_BYTES, write_package
from bench.staging import opened, stage_model, stage_nothing
from bench.tables import Measured, tables
from bench.timing import Timed, timed
from sandbox.backend import Backend, BackendUnavailable
from sandbox.environments import TORCH
from sandbox.selection import RUNNER_PACKAGE, select_backend
from sandbox.selfcheck import Provable
from sandbox.spec import Limits

ROOT = Path(__file__).resolve().parent.parent
RUNNER_PYTHON = Path(
    os.environ.get("PODIUM_RUNNER_PYTHON", ROOT / "var" / "env" / "runner" / "bin" / "python")
)
NAMES = ("bubblewrap", "docker", "docker+gvisor")
_SECONDS = 900.0
_MIB = 1 << 20
LIMITS = Limits(
    task_seconds=_SECONDS,
    total_seconds=_SECONDS,
    memory_bytes=2048 * _MIB,
    cpus=1.0,
    pids=256,
    output_bytes=OUTPUT_BYTES + _MIB,
    output_files=8,
    log_bytes=64 * 1024,
    tmp_bytes=64 * _MIB,
    gpus=0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often each run is repeated, and over how many rows the model goes."""

    empty_runs: int
    model_runs: int
    rows: int


@dataclass(frozen=True, slots=True)
class Way:
    """A backend with its three programs: the runner, the empty one, the one that writes."""

    model: Backend
    empty: Backend
    output: Backend


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """The folders of the same three programs for every way."""

    runner: Path
    empty: Path
    output: Path


def find_ways(
    names: Sequence[str], folder: Path, python: Path
) -> tuple[dict[str, Way], dict[str, str]]:
    """The bare runner and every named backend that answers; and why the others do not."""
    image = os.environ.get("PODIUM_RUNNER_IMAGE", "podium-runner:latest")
    packages = Packages(
        runner=copytree(RUNNER_PACKAGE, folder / "real" / "runner"),
        empty=write_package(folder / "empty", EMPTY),
        output=write_package(folder / "output", OUTPUT),
    )
    opened(packages.runner.parent)
    bare = BareBackend(runner_python=python, runner_package=packages.runner, work_dir=folder)
    bare.check()
    ways = {bare.name: _way(bare, packages)}
    absent = {}
    for name in names:
        try:
            backend = select_backend(
                name, pythons={TORCH: python}, images={TORCH: image}, docker_host=None
            )
            backend.check()
        except BackendUnavailable as error:
            absent[name] = str(error)
        else:
            ways[name] = _way(backend, packages)
    return ways, absent


def measure(ways: dict[str, Way], plan: Plan, folder: Path, python: Path) -> Measured:
    """All runs, in turns. Raises RunFailed and ModelNotMade."""
    nothing = stage_nothing(folder / "nothing")
    model = stage_model(folder / "in", runner_python=python, rows=plan.rows, seconds=_SECONDS)

    def run(way: Backend, input_dir: Path) -> Timed:
        return timed(way, input_dir=input_dir, limits=LIMITS, work_dir=folder)

    return Measured(
        empty=in_turns(ways, plan.empty_runs, lambda way: run(way.empty, nothing)),
        output=in_turns(ways, plan.model_runs, lambda way: run(way.output, nothing)),
        model=in_turns(ways, plan.model_runs, lambda way: run(way.model, model)),
        rows=plan.rows,
    )


def in_turns(
    ways: dict[str, Way], repetitions: int, run: Callable[[Way], Timed]
) -> dict[str, list[Timed]]:
    """Run every way once in each repetition, beginning with another one each time.

    One more repetition comes first and is not counted: it fills the machine's caches.
    """
    names = list(ways)
    found: dict[str, list[Timed]] = {name: [] for name in names}
    for number in range(repetitions + 1):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            done = run(ways[name])
            if number > 0:
                found[name].append(done)
            sys.stderr.write(f"[bench] {number}/{repetitions} {name}: {done.result:.2f} s\n")
    return found


def described(measured: Measured, absent: dict[str, str], load_before: str, plan: Plan) -> str:
    """The tables, with what one must know to read them."""
    missing = [f"- {name} was not measured: {reason}" for name, reason in absent.items()]
    day = datetime.now(UTC).date().isoformat()
    lines = [
        f"Measured on {day} in one run: {machine.described()}; load average {load_before} before "
        f"and {machine.load()} after. {plan.empty_runs} empty runs and {plan.model_runs} of each "
        "other kind for every way, in turns. Figures are medians, with the quartiles in brackets.",
        *(["\n".join(missing)] if missing else []),
        tables(measured),
    ]
    return "\n\n".join(lines)


def _way(backend: BareBackend | Provable, packages: Packages) -> Way:
    return Way(
        model=backend.with_runner(packages.runner),
        empty=backend.with_runner(packages.empty),
        output=backend.with_runner(packages.output),
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox")
    parser.add_argument("--empty-runs", type=int, default=10)
    parser.add_argument("--model-runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--backends", default=",".join(NAMES), help="names, with commas between")
    parser.add_argument("--python", type=Path, default=RUNNER_PYTHON, help="the runner's")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    chosen = parser.parse_args(arguments)
    plan = Plan(empty_runs=chosen.empty_runs, model_runs=chosen.model_runs, rows=chosen.rows)
    load_before = machine.load()
    with TemporaryDirectory(prefix="podium-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        ways, absent = find_ways(
            [name for name in chosen.backends.split(",") if name], folder, chosen.python
        )
        text = described(measure(ways, plan, folder, chosen.python), absent, load_before, plan)
    sys.stdout.write(text + "\n")
    replace_between(chosen.page, "bench:sandbox", text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
