"""Simulates attacks under each guard, writes what came out into the docs and prints it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from bench.guard.attacks import Attack, boost, climb, hidden_set
from bench.guard.boards import Board, Ladder, Open, Rounding
from bench.page import replace_between

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
TRIALS, PUBLIC, PRIVATE = 100, 1_000, 2_000
TRIES = (100, 300, 1_000)
ATTACKS: Mapping[str, Attack] = {"boost": boost, "climb": climb}
GUARDS: Mapping[str, Callable[[], Board]] = {
    "none": Open,
    "rounding to 0.5": lambda: Rounding(0.5),
    "rounding to 2": lambda: Rounding(2.0),
    "rounding to 5": lambda: Rounding(5.0),
    "ladder": Ladder,
}
Gains: TypeAlias = dict[str, dict[str, dict[str, list[float]]]]
"""Of each attack, guard and number of tries: the mean gain in points, and its standard error."""


def simulate(*, trials: int, tries: Sequence[int] = TRIES) -> Gains:
    """Return by how many points attacks lift the public score over the private one."""
    return {
        attack: {
            guard: {str(count): _gain(attack, guard, count, trials) for count in tries}
            for guard in GUARDS
        }
        for attack in ATTACKS
    }


def _gain(attack: str, guard: str, tries: int, trials: int) -> list[float]:
    gains = []
    for trial in range(trials):
        # The same test set and the same dice for every guard.
        draw = np.random.default_rng([trial, tries])
        hidden = hidden_set(draw, public=PUBLIC, private=PRIVATE)
        gains.append(hidden.gain(ATTACKS[attack](hidden, GUARDS[guard](), tries, draw)))
    error = float(np.std(gains, ddof=1)) / trials**0.5
    return [round(float(np.mean(gains)), 2), round(error, 2)]


def table(gains: Gains) -> str:
    """Return the gains as a table of Markdown."""
    counts = list(next(iter(next(iter(gains.values())).values())))
    titles = [f"{attack}, {count} tries" for attack in gains for count in counts]
    lines = [f"| guard | {' | '.join(titles)} |", "|---|" + "---|" * len(titles)]
    for guard in next(iter(gains.values())):
        cells = [f"{gains[attack][guard][count][0]:+.1f}" for attack in gains for count in counts]
        lines.append(f"| {guard} | {' | '.join(cells)} |")
    return "\n".join(lines)


def write(stored: Mapping[str, Any], docs: Path) -> None:
    """Write the file and the table into a folder of docs. Raises NoMarks."""
    (docs / "guard.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    replace_between(docs / "statistics.md", "guard:attacks", table(stored["gains"]))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.guard")
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder with statistics.md")
    chosen = parser.parse_args(arguments)
    gains = simulate(trials=chosen.trials)
    stored = {
        "public_rows": PUBLIC,
        "private_rows": PRIVATE,
        "trials": chosen.trials,
        "gains": gains,
    }
    write(stored, chosen.docs)
    sys.stdout.write(table(gains) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
