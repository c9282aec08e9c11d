"""One pass over each file of a dataset: every row checked, and what later checks need kept.

Memory grows with the number of rows (ids, measures, names of files), not with their size; only
texts in which answers are looked for are kept, each of them once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar

from competitions.dataset_files import Size
from competitions.dataset_rows import (
    InputRow,
    LabelRow,
    TrainRow,
    input_row,
    label_row,
    parsed_rows,
    train_row,
)
from competitions.kinds.base import Label, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.shapes import Shape
from competitions.rows import Problems, RowLimits

_Row = TypeVar("_Row", InputRow, LabelRow, TrainRow)
# Labels of other shapes may be large, and are all different.
_COUNTED = (Shape.CLASS, Shape.CLASS_SET, Shape.NUMBER, Shape.LIKENESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What rows are checked against; ``sizes`` are those of the images, None where some file
    could not be read, so that nothing is known to be absent."""

    kind: TaskKind
    labels: Sequence[str]
    limits: RowLimits
    sizes: Mapping[str, Size] | None

    def measure(self, row: Mapping[str, Any]) -> Hashable:
        """Return what the row's label must agree with, None where nothing is known.

        Raises:
            RowInvalid: ``unknown_file``.
        """
        if self.kind.files is None:
            return self.kind.measure(row) if self.kind.measure else None
        if self.sizes is None:
            return None
        names = self.kind.files(row)
        for name in names:
            if name not in self.sizes:
                raise RowInvalid("unknown_file", f"the file {quoted(name)} is not in the zip file")
        return self.sizes[names[0]]

    def compare(self, label: Label, measure: Hashable) -> None:
        """Raise RowInvalid where a label does not agree with its row's measure."""
        if self.kind.check_measure is not None and measure is not None:
            self.kind.check_measure(label, measure)


@dataclass(slots=True)
class Tally:
    """What one pass over a file leaves behind.

    ``lines`` and ``measures`` are by row id, ``files`` name images, ``references`` are the lines
    in which labels first name the id of another row, ``unscored`` the ids of rows that don't
    count. ``labels`` counts classes, sets of classes and numbers only.
    """

    lines: dict[str, int] = field(default_factory=dict)
    measures: dict[str, Hashable] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    labels: Counter[Hashable] = field(default_factory=Counter)
    groups: set[str] = field(default_factory=set)
    slices: dict[str, Counter[str]] = field(default_factory=dict)
    references: dict[str, int] = field(default_factory=dict)
    unscored: set[str] = field(default_factory=set)


def tally_inputs(stream: BinaryIO, ground: Ground, problems: Problems) -> Tally:
    """Go through the inputs; faults go to ``problems``."""

    def parse(row: dict[str, Any]) -> InputRow:
        return input_row(row, kind=ground.kind)

    tally = Tally()
    known: dict[Hashable, Hashable] = {}
    rows = parsed_rows(stream, parse=parse, problems=problems, limits=ground.limits)
    for line, row in _with_unique_ids(rows, tally, problems):
        with _reported(problems, line):
            measure = ground.measure(row.input)
            tally.measures[row.id] = known.setdefault(measure, measure)
        tally.files.update(_files(ground.kind, row.input))
    return tally


def tally_labels(stream: BinaryIO, ground: Ground, tested: Tally, problems: Problems) -> Tally:
    """Go through the labels of the ``tested`` inputs; faults go to ``problems``."""

    def parse(row: dict[str, Any]) -> LabelRow:
        return label_row(row, kind=ground.kind, labels=ground.labels)

    tally = Tally()
    rows = parsed_rows(stream, parse=parse, problems=problems, limits=ground.limits)
    for line, row in _with_unique_ids(rows, tally, problems):
        with _reported(problems, line):
            ground.compare(row.label, tested.measures.get(row.id))
        _take_label(tally, ground.kind, line, row)
        if row.group is not None:
            tally.groups.add(row.group)
        for name, value in row.slices.items():
            tally.slices.setdefault(name, Counter())[value] += 1
    return tally


def tally_train(stream: BinaryIO, ground: Ground, tested: Tally, problems: Problems) -> Tally:
    """Go through the train split, whose files must be none of the ``tested`` rows'."""

    def parse(row: dict[str, Any]) -> TrainRow:
        return train_row(row, kind=ground.kind, labels=ground.labels)

    tally = Tally()
    rows = parsed_rows(stream, parse=parse, problems=problems, limits=ground.limits)
    for line, row in _with_unique_ids(rows, tally, problems):
        with _reported(problems, line):
            ground.compare(row.label, ground.measure(row.input))
        _take_label(tally, ground.kind, line, row)
        files = _files(ground.kind, row.input)
        tally.files.update(files)
        for name in tested.files.intersection(files):
            problems.add(
                line,
                "test_file_in_train",
                f"the file {quoted(name)} is a test row's too; files of train rows are public",
            )
    return tally


def _files(kind: TaskKind, row: Mapping[str, Any]) -> tuple[str, ...]:
    return kind.files(row) if kind.files is not None else ()


def _take_label(tally: Tally, kind: TaskKind, line: int, row: LabelRow | TrainRow) -> None:
    if kind.shape in _COUNTED:
        tally.labels[row.label] += 1
    if kind.refers is not None:
        for row_id in kind.refers(row.label):
            tally.references.setdefault(row_id, line)
    if kind.is_scored is not None and not kind.is_scored(row.label):
        tally.unscored.add(row.id)


@contextmanager
def _reported(problems: Problems, line: int) -> Iterator[None]:
    try:
        yield
    except RowInvalid as fault:
        problems.add(line, fault.code, fault.reason)


def _with_unique_ids(
    rows: Iterator[tuple[int, _Row]], tally: Tally, problems: Problems
) -> Iterator[tuple[int, _Row]]:
    for line, row in rows:
        first = tally.lines.setdefault(row.id, line)
        if first != line:
            problems.add(line, "duplicate_id", f"id {quoted(row.id)} was in line {first} already")
            continue
        yield line, row
