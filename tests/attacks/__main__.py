"""``python -m tests.attacks``: every attack on every backend that answers, as a table.

Progress and what failures saw go to stderr; the last line of stdout counts, as JSON. The exit
status is 1 when anything failed, when a backend that was asked for does not answer, or when none
does.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path

import pytest

from tests.attacks import backends
from tests.attacks.table import Collector, nothing_failed, render, summary
from tests.parts import ROOT

CATALOGUE = Path(__file__).with_name("test_catalogue.py")
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"


def main(arguments: list[str]) -> int:
    """Try what was asked for and print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--backend", action="append", choices=list(backends.PARTS))
    parser.add_argument("--case", action="append", type=int, metavar="N", default=[])
    asked = parser.parse_args(arguments)
    required = asked.backend or (list(backends.PARTS) if REQUIRE_ALL else backends.answering())
    for name in list(backends.PARTS):
        if missing := backends.missing_parts(name):
            print(f"{name} does not answer: {missing}", file=sys.stderr)
    if not required or any(map(backends.missing_parts, required)):
        return 1
    seen = _try(Collector(backends=required, numbers=asked.case))
    print(render(seen.cases, required, seen.verdicts))
    print(summary(seen.cases, required, seen.verdicts), flush=True)
    return 0 if nothing_failed(seen.cases, required, seen.verdicts) else 1


def _try(collector: Collector) -> Collector:
    os.chdir(ROOT)
    with contextlib.redirect_stdout(sys.stderr):
        # In the order of the catalogue, one line for each trial, the slowest at the end.
        options = ["-v", "--no-header", "--tb=short", "--durations=20"]
        off = ["-p", "no:randomly", "-p", "no:cacheprovider"]
        pytest.main([*options, *off, "-m", "attack", str(CATALOGUE)], plugins=[collector])
    return collector


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
