"""The list of what ``make stats`` simulates."""

from __future__ import annotations

from functools import partial

from bench.stats import trials
from bench.stats.answers import Confusion
from bench.stats.trials import EVEN, SKEWED, Scenario

COVERED = ("covered",)
ALARMED = ("alarmed",)
EQUAL = (0.8,) * 6
TWO_LEVELS = (0.85,) * 3 + (0.78,) * 3
STEPS = (0.86, 0.84, 0.83, 0.80, 0.80, 0.74)

SMALL_SAMPLES = (20, 50, 100, 200, 500)


def _accuracy(rows: int, chance: float, share: float = 1.0) -> Scenario:
    return Scenario(
        name=f"accuracy-{rows}-{chance}",
        title=f"accuracy, {rows} rows, true value {chance}",
        measures=COVERED,
        trial=partial(trials.accuracy_interval, rows=rows, chance=chance),
        share=share,
    )


def _macro_f1(name: str, title: str, rows: int, truth: Confusion) -> Scenario:
    return Scenario(
        name=f"macro-f1-{name}-{rows}",
        title=f"macro-F1, {rows} rows, {title}",
        measures=COVERED,
        trial=partial(trials.macro_f1_interval, rows=rows, truth=truth),
    )


INTERVALS = [
    _accuracy(1000, 0.8),
    _accuracy(2000, 0.65),
    _macro_f1("skewed", "4 classes of 40 to 10 %", 1000, SKEWED),
    _macro_f1("even", "5 equal classes", 1500, EVEN),
    Scenario(
        name="mean",
        title="mean of 3 tasks: accuracy (1000 rows), macro-F1 (800), accuracy over 400 groups",
        measures=COVERED,
        trial=trials.mean_interval,
    ),
    Scenario(
        name="grouped",
        title="accuracy over 500 groups of 1 to 8 rows that depend on each other",
        measures=("covered", "covered, had each row been resampled for itself"),
        trial=partial(trials.grouped_interval, groups=500),
    ),
]
SMALL = [_accuracy(rows, 0.8, share=0.5) for rows in SMALL_SAMPLES]


def _alarms(name: str, title: str, chances: tuple[float, ...], share: float) -> Scenario:
    return Scenario(
        name=f"alarm-{name}",
        title=title,
        measures=ALARMED,
        trial=partial(trials.accuracy_alarm, chances=chances, rows=1000),
        share=share,
    )


ALARMS = [
    _alarms("pair", "2 equal entries, accuracy, 1000 rows", (0.8, 0.8), 1.0),
    Scenario(
        name="alarm-final",
        title="board of 3 equal entries, mean of accuracy and macro-F1",
        measures=ALARMED,
        trial=partial(trials.final_alarm, entries=3),
    ),
    _alarms("equal", "board of 6 equal entries", EQUAL, 0.5),
    _alarms("levels", "board of 3 equal entries above 3 equal ones", TWO_LEVELS, 0.5),
]


def _ranks(name: str, title: str, chances: tuple[float, ...]) -> Scenario:
    return Scenario(
        name=f"ranks-{name}",
        title=title,
        measures=("covered", "covered by percentiles of ranks"),
        trial=partial(trials.ranks_covered, chances=chances, rows=1000),
        share=0.5,
    )


RANKS = [
    _ranks("equal", "board of 6 equal entries", EQUAL),
    _ranks("levels", "board of 3 equal entries above 3 equal ones", TWO_LEVELS),
    _ranks("steps", "board of 6 entries from .86 to .74, two of them equal", STEPS),
]
ALL = [*INTERVALS, *SMALL, *ALARMS, *RANKS]
