"""Simulates everything, writes what came out into the docs, and ends with one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.page import replace_between
from bench.stats.plots import PLOTS, drawn
from bench.stats.report import summary, tables, to_json
from bench.stats.scenarios import ALL
from bench.stats.simulate import Result, simulate

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
TRIALS = 4_000


def write(result: Result, docs: Path) -> None:
    """Write the file, the tables and the plots into a folder of docs. Raises NoMarks."""
    stored = json.dumps(to_json(result), indent=1)
    (docs / "statistics.json").write_text(stored + "\n", encoding="utf-8")
    for name, table in tables(result).items():
        replace_between(docs / "statistics.md", name, table)
    for plot in PLOTS:
        (docs / "images" / plot.file).write_text(drawn(plot, result), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.stats")
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder with statistics.md")
    chosen = parser.parse_args(arguments)
    result = simulate(ALL, trials=chosen.trials, processes=chosen.processes)
    write(result, chosen.docs)
    for table in tables(result).values():
        sys.stdout.write(table + "\n\n")
    sys.stdout.write(json.dumps(summary(result)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
