"""Whether inputs, labels and train split make one sound dataset.

All files are read to their end, so that an organizer sees every kind of mistake at once: the
first line of each kind in each file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar

from competitions.dataset_rows import (
    DATASET_LIMITS,
    DatasetInvalid,
    InputRow,
    LabelRow,
    TrainRow,
    input_row,
    label_row,
    parsed_rows,
    train_row,
)
from competitions.kinds.base import TaskKind
from competitions.kinds.faults import quoted
from competitions.kinds.shapes import Shape
from competitions.rows import Problem, Problems, RowLimits

MIN_TRAIN_ROWS = 5
_CONSTANT = {
    Shape.CLASS: "the same class",
    Shape.NUMBER: "the same number",
    Shape.LIKENESS: "the same number",
}
_Row = TypeVar("_Row", InputRow, LabelRow, TrainRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """What the files are called in messages."""

    inputs: str = "inputs.jsonl"
    labels: str = "labels.jsonl"
    train: str = "train.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """Counts of an accepted dataset.

    ``groups`` is 0 when no row names one. ``slices`` maps slice name to value to rows.
    ``label_counts`` (classes only) tells about hidden labels: for the organizer's eyes.
    """

    rows: int
    train_rows: int
    groups: int
    slices: Mapping[str, Mapping[str, int]]
    label_counts: Mapping[str, int]


@dataclass(slots=True)
class _Tally:
    """What one pass over a file leaves behind: lines by id, and counts."""

    lines: dict[str, int] = field(default_factory=dict)
    labels: Counter[Hashable] = field(default_factory=Counter)
    groups: set[str] = field(default_factory=set)
    slices: dict[str, Counter[str]] = field(default_factory=dict)


def check_dataset(
    *,
    inputs: BinaryIO,
    labels: BinaryIO,
    train: BinaryIO | None,
    kind: TaskKind,
    labels_allowed: Sequence[str],
    names: FileNames = FileNames(),
    limits: RowLimits = DATASET_LIMITS,
) -> DatasetFacts:
    """Check the files of a dataset version against its kind and against each other.

    Memory grows with the number of rows (ids), not with their size.

    Raises:
        DatasetInvalid: with at most one problem per kind and file.
    """
    of_inputs, of_labels, of_train = (
        Problems(n) for n in (names.inputs, names.labels, names.train)
    )
    tested = _tally_inputs(inputs, kind, of_inputs, limits)
    answered = _tally_labels(labels, kind, labels_allowed, of_labels, limits)
    _compare_ids(tested, answered, names=names, of_inputs=of_inputs, of_labels=of_labels)
    _check_variety(answered, kind, of_labels)
    trained = _Tally()
    if train is not None:
        trained = _tally_train(train, kind, labels_allowed, of_train, limits)
        _check_variety(trained, kind, of_train)
        _check_enough(trained, kind, of_train)
        _check_disjoint(trained, tested, of_train, names)
    problems: list[Problem] = [*of_inputs, *of_labels, *of_train]
    if problems:
        raise DatasetInvalid(problems)
    return _facts(answered, trained, kind)


def _tally_inputs(
    stream: BinaryIO, kind: TaskKind, problems: Problems, limits: RowLimits
) -> _Tally:
    tally = _Tally()
    rows = parsed_rows(
        stream, parse=lambda row: input_row(row, kind=kind), problems=problems, limits=limits
    )
    for _ in _with_unique_ids(rows, tally, problems):
        pass
    return tally


def _tally_labels(
    stream: BinaryIO,
    kind: TaskKind,
    labels_allowed: Sequence[str],
    problems: Problems,
    limits: RowLimits,
) -> _Tally:
    def parse(row: dict[str, Any]) -> LabelRow:
        return label_row(row, kind=kind, labels=labels_allowed)

    tally = _Tally()
    rows = parsed_rows(stream, parse=parse, problems=problems, limits=limits)
    for row in _with_unique_ids(rows, tally, problems):
        tally.labels[row.label] += 1
        if row.group is not None:
            tally.groups.add(row.group)
        for name, value in row.slices.items():
            tally.slices.setdefault(name, Counter())[value] += 1
    return tally


def _tally_train(
    stream: BinaryIO,
    kind: TaskKind,
    labels_allowed: Sequence[str],
    problems: Problems,
    limits: RowLimits,
) -> _Tally:
    def parse(row: dict[str, Any]) -> TrainRow:
        return train_row(row, kind=kind, labels=labels_allowed)

    tally = _Tally()
    rows = parsed_rows(stream, parse=parse, problems=problems, limits=limits)
    for row in _with_unique_ids(rows, tally, problems):
        tally.labels[row.label] += 1
    return tally


def _with_unique_ids(
    rows: Iterator[tuple[int, _Row]], tally: _Tally, problems: Problems
) -> Iterator[_Row]:
    for line, row in rows:
        first = tally.lines.setdefault(row.id, line)
        if first != line:
            problems.add(line, "duplicate_id", f"id {quoted(row.id)} was in line {first} already")
            continue
        yield row


def _compare_ids(
    tested: _Tally,
    answered: _Tally,
    *,
    names: FileNames,
    of_inputs: Problems,
    of_labels: Problems,
) -> None:
    """Require the same ids on both sides.

    A line that could not be read at all may hide an id, so the comparison waits until all
    lines of the other file are good.
    """
    if not of_inputs.found.keys() - {"duplicate_id"}:
        _report_absent(answered, tested, of_labels, names.inputs)
    if not of_labels.found.keys() - {"duplicate_id", "unknown_id"}:
        _report_absent(tested, answered, of_inputs, names.labels)


def _report_absent(here: _Tally, there: _Tally, problems: Problems, other: str) -> None:
    for row_id, line in here.lines.items():
        if row_id not in there.lines:
            problems.add(line, "unknown_id", f"id {quoted(row_id)} is not in {other}")
            return


def _check_variety(tally: _Tally, kind: TaskKind, problems: Problems) -> None:
    """Refuse labels that are all alike: no answer could be told from another."""
    what = _CONSTANT.get(kind.shape)
    if what and len(tally.labels) == 1 and not problems.found:
        problems.add(None, "constant_labels", f"every row has {what} as its label")


def _check_enough(trained: _Tally, kind: TaskKind, problems: Problems) -> None:
    """Refuse a train split that five-fold cross-validation can't divide."""
    if problems.found:
        return
    if len(trained.lines) < MIN_TRAIN_ROWS:
        problems.add(
            None, "few_train_rows", f"the train split needs at least {MIN_TRAIN_ROWS} rows"
        )
    if kind.shape is not Shape.CLASS:
        return
    for label, rows in trained.labels.items():
        if rows < MIN_TRAIN_ROWS:
            problems.add(
                None,
                "few_train_rows",
                f"label {quoted(str(label))} needs at least {MIN_TRAIN_ROWS} rows, it has {rows}",
            )


def _check_disjoint(trained: _Tally, tested: _Tally, problems: Problems, names: FileNames) -> None:
    for row_id, line in trained.lines.items():
        if row_id in tested.lines:
            problems.add(
                line,
                "test_id_in_train",
                f"id {quoted(row_id)} is a test row too ({names.inputs} "
                f"line {tested.lines[row_id]})",
            )
            return


def _facts(answered: _Tally, trained: _Tally, kind: TaskKind) -> DatasetFacts:
    counts = answered.labels if kind.shape is Shape.CLASS else {}
    return DatasetFacts(
        rows=len(answered.lines),
        train_rows=len(trained.lines),
        groups=len(answered.groups),
        slices={name: dict(sorted(values.items())) for name, values in answered.slices.items()},
        label_counts={str(label): count for label, count in sorted(counts.items())},
    )
