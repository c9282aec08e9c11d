"""A filter that draws losses over the steps of trainings: plain SVG, no script, no inline style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

WIDTH, HEIGHT = 560, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 16, 34, 48
_TICKS = 4
_TABLE_ROWS = 8


class Drawn(Protocol):
    """A curve: as many ``losses`` as ``steps``, which grow."""

    @property
    def seed(self) -> int:
        """Which training it is, from 1."""

    @property
    def steps(self) -> Sequence[int]:
        """Where its points are."""

    @property
    def losses(self) -> Sequence[float]:
        """How high its points are, 0 or above."""


@register.filter
def loss_chart(curves: Sequence[Drawn]) -> SafeString:
    """Draw one line for each curve over axes that begin at 0."""
    most = max(curve.steps[-1] for curve in curves)
    largest = max(max(curve.losses) for curve in curves)
    tick = _tick(largest / _TICKS)
    count = max(1, math.ceil(largest / tick))
    top = tick * count
    finals = ", ".join(f"seed {each.seed} {each.losses[-1]:.4g}" for each in curves)
    return format_html(
        '<svg class="loss-chart" viewBox="0 0 {} {}" role="img">'
        "<title>Loss on the train split</title>"
        "<desc>Loss over {} steps of training, one line for each seed. At the end: {}.</desc>"
        '{}{}<text class="axis" x="{}" y="18" text-anchor="end">loss</text>'
        '<text class="axis" x="{}" y="{}" text-anchor="middle">step</text>{}</svg>',
        WIDTH,
        HEIGHT,
        most,
        finals,
        _grid(tick, count),
        _steps(most),
        _LEFT - 8,
        (_LEFT + WIDTH - _RIGHT) / 2,
        HEIGHT - 6,
        format_html_join(
            "",
            '<polyline class="curve s{}" points="{}"><title>Seed {}</title></polyline>',
            ((each.seed, _points(each, most, top), each.seed) for each in curves),
        ),
    )


@register.filter
def swatch(seed: int) -> SafeString:
    """Draw a piece of the line of a seed, for a legend (its name stands beside it)."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 30 6" aria-hidden="true">'
        '<path class="curve s{}" d="M0 3H30"/></svg>',
        seed,
    )


@register.filter
def loss_rows(curves: Sequence[Drawn]) -> list[tuple[int, list[float]]]:
    """Return a few steps with the loss of each curve there, for a table; the last step is one."""
    points = len(curves[0].steps)
    chosen = sorted({-(-points * row // _TABLE_ROWS) - 1 for row in range(1, _TABLE_ROWS + 1)})
    return [
        (
            curves[0].steps[place],
            [each.losses[min(place, len(each.losses) - 1)] for each in curves],
        )
        for place in chosen
    ]


def _tick(least: float) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below ``least``."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def _x(step: float, most: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * step / most


def _y(share: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * share


def _points(curve: Drawn, most: int, top: float) -> str:
    pairs = zip(curve.steps, curve.losses, strict=True)
    return " ".join(f"{_x(step, most):.1f},{_y(loss / top):.1f}" for step, loss in pairs)


def _grid(tick: float, count: int) -> SafeString:
    lines = [(_y(number / count), f"{tick * number:.4g}") for number in range(count + 1)]
    return format_html_join(
        "",
        '<line class="rule" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="axis" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (_LEFT, WIDTH - _RIGHT, f"{y:.1f}", f"{y:.1f}", _LEFT - 8, f"{y + 4:.1f}", text)
            for y, text in lines
        ),
    )


def _steps(most: int) -> SafeString:
    tick = max(1, int(_tick(most / _TICKS)))
    marks = range(0, most + 1, tick)
    return format_html_join(
        "",
        '<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{_x(mark, most):.1f}", HEIGHT - _BOTTOM + 20, mark) for mark in marks),
    )
