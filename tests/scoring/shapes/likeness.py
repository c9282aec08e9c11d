"""Rows of likeness: numbers of which the order counts."""

from __future__ import annotations

from competitions.kinds.shapes import Shape
from tests.scoring.shapes import numbers

SHAPE = Shape.LIKENESS
CLASSES = numbers.CLASSES
LABELS = numbers.LABELS
ROWS = numbers.ROWS
perfect = numbers.perfect
wrong = numbers.wrong
