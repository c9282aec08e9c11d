"""What came out, as a file, as tables of the page, and as one line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.stats.scenarios import ALARMS, INTERVALS, RANKS, SMALL
from bench.stats.simulate import Rate, Result
from bench.stats.trials import Scenario


def to_json(result: Result) -> dict[str, Any]:
    """Return what docs/statistics.json holds."""
    return {
        "summary": summary(result),
        "scenarios": {
            name: {measure: [rate.kept, rate.trials] for measure, rate in measures.items()}
            for name, measures in result.items()
        },
    }


def from_json(stored: Mapping[str, Any]) -> Result:
    """Read back what ``to_json`` gave."""
    return {
        name: {measure: Rate(*rate) for measure, rate in measures.items()}
        for name, measures in stored["scenarios"].items()
    }


def summary(result: Result) -> dict[str, Any]:
    """Return the line that ``make stats`` ends with.

    Of several scenarios the worst counts: the coverage furthest from 95 %, the most alarms, the
    lowest coverage of rank sets. ``trials`` is the smallest number behind any of them.
    """
    rates = {
        "accuracy": _furthest(result, [s for s in INTERVALS if s.name.startswith("accuracy")]),
        "macro_f1": _furthest(result, [s for s in INTERVALS if s.name.startswith("macro-f1")]),
        "mean_of_tasks": _furthest(result, [s for s in INTERVALS if s.name == "mean"]),
    }
    alarm = max((_first(result, s) for s in ALARMS), key=lambda rate: rate.share)
    ranks = min((_first(result, s) for s in RANKS), key=lambda rate: rate.share)
    return {
        "interval_coverage": {name: rate.share for name, rate in rates.items()},
        "false_alarm": alarm.share,
        "rank_set_coverage": ranks.share,
        "trials": min(rate.trials for rate in [*rates.values(), alarm, ranks]),
    }


def _first(result: Result, scenario: Scenario) -> Rate:
    return result[scenario.name][scenario.measures[0]]


def _furthest(result: Result, scenarios: Sequence[Scenario]) -> Rate:
    return max((_first(result, s) for s in scenarios), key=lambda rate: abs(rate.share - 0.95))


def tables(result: Result) -> dict[str, str]:
    """Return the page's tables by the name of their place."""
    return {
        "stats:intervals": _table(result, INTERVALS, "of intervals hold the true value"),
        "stats:small": _table(result, SMALL, "of intervals hold the true value"),
        "stats:alarms": _table(result, ALARMS, "of boards with a false alarm"),
        "stats:ranks": _table(result, RANKS, "of boards whose rank sets hold all true ranks"),
    }


def _table(result: Result, scenarios: Iterable[Scenario], what: str) -> str:
    lines = [f"| | {what} | ± | trials |", "|---|---|---|---|"]
    for scenario in scenarios:
        for place, measure in enumerate(scenario.measures):
            rate = result[scenario.name][measure]
            title = scenario.title if place == 0 else f"… {measure}"
            error = f"{200 * rate.error:.1f}"
            lines.append(f"| {title} | {100 * rate.share:.1f} % | {error} | {rate.trials} |")
    return "\n".join(lines)
