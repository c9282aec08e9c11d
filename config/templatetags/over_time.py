"""A filter that draws how best scores rose: plain SVG, no script, no inline style.

The best of all is a thick line of steps; each named entry is a thin one that ends in its letter.
A list and a table beside the picture say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.text import printable
from config.charts.axes import Scale, round_ends, spread, time_ticks
from config.charts.frame import (
    END,
    FLOOR,
    HEIGHT,
    LEFT,
    TOP,
    WIDTH,
    axis_names,
    levels,
    marks_below,
)
from scoring.pictures.running_best import Rise
from submissions.board_history import History, Line

register = template.Library()
_GAP = 20.0


@dataclass(frozen=True, slots=True)
class _Plot:
    """``moments`` maps seconds since ``start``, ``points`` maps points."""

    start: datetime
    moments: Scale
    points: Scale

    def x(self, moment: datetime) -> float:
        return self.moments((moment - self.start).total_seconds())

    def steps(self, rises: Sequence[Rise]) -> str:
        """Return the corners of a line of steps, up to the end of the chart."""
        corners = [(self.x(rises[0].at), self.points(rises[0].points))]
        for rise in rises[1:]:
            x, y = self.x(rise.at), self.points(rise.points)
            corners += [(x, corners[-1][1]), (x, y)]
        corners.append((END, corners[-1][1]))
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


@register.filter
def history_chart(history: History) -> SafeString:
    """Draw a history over an axis of points that holds all that is drawn."""
    low, high, ticks = round_ends(*_reach(history), least=0.5)
    plot = _plot(history, low, high)
    best = [each.rise for each in history.best]
    return format_html(
        '<svg class="chart over-time" viewBox="0 0 {} {}" role="img">'
        "<title>Best final score over time</title><desc>{}</desc>{}{}{}{}{}{}{}{}</svg>",
        WIDTH,
        HEIGHT,
        _words(history),
        levels([(plot.points(tick), f"{tick:.4g}") for tick in ticks]),
        marks_below([(plot.x(m), text) for m, text in time_ticks(history.start, history.until)]),
        axis_names("time of the submission, UTC", "points"),
        _drawn_lines([line for line in history.lines if not line.mine], plot),
        format_html('<polyline class="best" points="{}"/>', plot.steps(best)) if best else "",
        _drawn_lines([line for line in history.lines if line.mine], plot),
        _finals(history.lines, plot),
        _letters(history.lines, plot),
    )


@register.filter
def line_class(line: Line) -> str:
    """Name the look of a line."""
    return "mine" if line.mine else "baseline" if line.baseline else "other"


@register.filter
def line_swatch(line: Line) -> SafeString:
    """Draw a piece of a line, for the list of names."""
    return format_html(
        '<svg class="swatch over-time" viewBox="0 0 30 6" aria-hidden="true">'
        '<path class="line {}" d="M0 3H30"/></svg>',
        line_class(line),
    )


def _reach(history: History) -> tuple[float, float]:
    points = [rise.points for line in history.lines for rise in line.rises]
    points += [line.final.points for line in history.lines if line.final]
    points += [each.rise.points for each in history.best]
    return min(points), max(points)


def _plot(history: History, low: float, high: float) -> _Plot:
    span = max(60.0, (history.until - history.start).total_seconds())
    return _Plot(
        start=history.start,
        moments=Scale(start=0, end=span, first=LEFT + 4, last=END),
        points=Scale(start=low, end=high, first=FLOOR, last=TOP),
    )


def _words(history: History) -> str:
    lines = "; ".join(
        f"{line.letter}, {printable(line.name)}: {line.rises[-1].points:.2f}"
        for line in history.lines
    )
    if not history.best:
        return f"Points at the end, by letter: {lines}."
    first, last = history.best[0].rise, history.best[-1].rise
    return (
        f"The best of all rose from {first.points:.2f} to {last.points:.2f} points. "
        f"Points at the end, by letter: {lines}."
    )


def _drawn_lines(lines: Iterable[Line], plot: _Plot) -> SafeString:
    """Draw lines with a dot where each rises."""
    return format_html_join(
        "",
        '<polyline class="line {}" points="{}"/>{}',
        ((line_class(line), plot.steps(line.rises), _dots(line, plot)) for line in lines),
    )


def _dots(line: Line, plot: _Plot) -> SafeString:
    return format_html_join(
        "",
        '<circle class="at {}" cx="{}" cy="{}" r="{}"/>',
        (
            (
                line_class(line),
                f"{plot.x(rise.at):.1f}",
                f"{plot.points(rise.points):.1f}",
                3.5 if line.mine else 2.2,
            )
            for rise in line.rises
        ),
    )


def _finals(lines: Iterable[Line], plot: _Plot) -> SafeString:
    """Draw a diamond for each counting submission, at its score on the private rows."""
    return format_html_join(
        "",
        '<path class="final {}" d="M{} {}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>',
        (
            (
                line_class(line),
                f"{plot.x(line.final.at):.1f}",
                f"{plot.points(line.final.points) - 4.5:.1f}",
            )
            for line in lines
            if line.final
        ),
    )


def _letters(lines: Sequence[Line], plot: _Plot) -> SafeString:
    """Write each letter where its line ends; where they would meet, a stroke leads to it."""
    ends = [plot.points(line.rises[-1].points) for line in lines]
    places = spread(ends, gap=_GAP, low=TOP - 12, high=FLOOR)
    return format_html_join(
        "",
        '<path class="lead" d="M{} {}L{} {}"/><text class="letter {}" x="{}" y="{}">{}</text>',
        (
            (
                END,
                f"{end:.1f}",
                END + 14,
                f"{place:.1f}",
                line_class(line),
                END + 17,
                f"{place + 4:.1f}",
                line.letter,
            )
            for line, end, place in zip(lines, ends, places, strict=True)
        ),
    )
