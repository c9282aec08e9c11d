"""Plots of rates as small SVG files, readable on light and dark pages, and to those who listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.stats.scenarios import ALARMS, INTERVALS, RANKS, SMALL
from bench.stats.simulate import Rate, Result
from bench.stats.trials import Scenario

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 760, 430, 24, 30, 44
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .tick { font-size: 11px; fill: #59636e }
  .line { stroke: #59636e } .band { fill: #1a7f3722 } .aim { stroke: #1a7f37 }
  .dot { fill: #0969da } .reach { stroke: #0969da; stroke-width: 2 }
  .other { fill: #bc4c00 } .other-reach { stroke: #bc4c00; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .tick { fill: #9198a1 } .line { stroke: #9198a1 }
    .band { fill: #3fb95033 } .aim { stroke: #3fb950 }
    .dot { fill: #58a6ff } .reach { stroke: #58a6ff }
    .other { fill: #f0883e } .other-reach { stroke: #f0883e }
  }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Shares by scenario between ``low`` and ``high``; ``band`` is what was promised."""

    file: str
    title: str
    scenarios: Sequence[Scenario]
    low: float
    high: float
    band: tuple[float, float]
    ticks: tuple[float, ...]


PLOTS = [
    Plot(
        file="statistics-intervals.svg",
        title="95 % intervals that hold the true value, of realistic tasks",
        scenarios=INTERVALS,
        low=0.60,
        high=1.0,
        band=(0.94, 0.96),
        ticks=(0.6, 0.7, 0.8, 0.9, 0.95, 1.0),
    ),
    Plot(
        file="statistics-small.svg",
        title="95 % intervals that hold the true value, of few rows",
        scenarios=SMALL,
        low=0.86,
        high=1.0,
        band=(0.94, 0.96),
        ticks=(0.86, 0.9, 0.95, 1.0),
    ),
    Plot(
        file="statistics-alarms.svg",
        title="Boards with a false alarm of the next-rank test",
        scenarios=ALARMS,
        low=0.0,
        high=0.1,
        band=(0.0, 0.05),
        ticks=(0.0, 0.05, 0.1),
    ),
    Plot(
        file="statistics-ranks.svg",
        title="Boards whose rank sets hold all true ranks",
        scenarios=RANKS,
        low=0.0,
        high=1.0,
        band=(0.95, 1.0),
        ticks=(0.0, 0.25, 0.5, 0.75, 0.95),
    ),
]


def drawn(plot: Plot, result: Result) -> str:
    """Return the SVG: a row for each measure, a dot with two standard errors to either side."""
    rows = [
        (_label(scenario, place), result[scenario.name][measure], place)
        for scenario in plot.scenarios
        for place, measure in enumerate(scenario.measures)
    ]
    height = _TOP + _ROW * len(rows) + 34
    told = "; ".join(f"{label}: {100 * rate.share:.1f} %" for label, rate, _ in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(plot.title)}</title>",
        f"<desc>{escape(told)}</desc>",
        f"<style>{_STYLE}\n</style>",
        f'<text class="title" x="8" y="22">{escape(plot.title)}</text>',
        *_frame(plot, height),
    ]
    for number, (label, rate, place) in enumerate(rows):
        lines += _dot(plot, label, rate, _TOP + _ROW * number + _ROW / 2, other=place)
    return "\n".join([*lines, "</svg>", ""])


def _label(scenario: Scenario, place: int) -> str:
    if place == 0:
        return scenario.title.replace(" that depend on each other", "").split(": ")[0]
    return "… " + scenario.measures[place].removeprefix("covered").removeprefix(", ").strip()


def _x(plot: Plot, share: float) -> float:
    width = _WIDTH - _LEFT - _RIGHT
    inside = min(plot.high, max(plot.low, share))
    return round(_LEFT + width * (inside - plot.low) / (plot.high - plot.low), 1)


def _frame(plot: Plot, height: int) -> list[str]:
    bottom = height - 26
    low, high = _x(plot, plot.band[0]), _x(plot, plot.band[1])
    lines = [
        f'<rect class="band" x="{low}" y="{_TOP}" width="{round(high - low, 1)}" '
        f'height="{bottom - _TOP}"/>',
        f'<line class="line" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{bottom}" y2="{bottom}"/>',
    ]
    for tick in plot.ticks:
        x = _x(plot, tick)
        lines.append(f'<line class="line" x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 4}"/>')
        lines.append(
            f'<text class="tick" text-anchor="middle" x="{x}" y="{bottom + 17}">'
            f"{round(100 * tick)} %</text>"
        )
    return lines


def _dot(plot: Plot, label: str, rate: Rate, y: float, *, other: int) -> list[str]:
    low, high = (_x(plot, rate.share + sign * 2 * rate.error) for sign in (-1, 1))
    dot, reach = ("other", "other-reach") if other else ("dot", "reach")
    return [
        f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(label)}</text>',
        f'<line class="{reach}" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>',
        f'<circle class="{dot}" cx="{_x(plot, rate.share)}" cy="{y}" r="4.5"/>',
    ]
