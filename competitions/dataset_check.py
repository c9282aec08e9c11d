"""Whether inputs, labels and train split make one sound dataset.

All files are read to their end, so that an organizer sees every kind of mistake at once: the
first line of each kind in each file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import BinaryIO

from competitions.dataset_files import Size, check_files
from competitions.dataset_rows import DATASET_LIMITS, DatasetInvalid
from competitions.dataset_tally import Ground, Tally, tally_inputs, tally_labels, tally_train
from competitions.kinds.base import TaskKind
from competitions.kinds.faults import quoted
from competitions.kinds.shapes import Shape
from competitions.rows import Problem, Problems, RowLimits

MIN_TRAIN_ROWS = 5
_CONSTANT = {
    Shape.CLASS: "the same class",
    Shape.CLASS_SET: "the same set of classes",
    Shape.NUMBER: "the same number",
    Shape.LIKENESS: "the same number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """What the files are called in messages."""

    inputs: str = "inputs.jsonl"
    labels: str = "labels.jsonl"
    train: str = "train.jsonl"
    files: str = "files.zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """Counts of an accepted dataset.

    ``groups`` is 0 when no row names one. ``slices`` maps slice name to value to rows.
    ``images`` counts files, ``train_files`` names those of the train split. ``label_counts``
    (classes only) tells about hidden labels: for the organizer's eyes.
    """

    rows: int
    train_rows: int
    groups: int
    images: int
    train_files: tuple[str, ...]
    slices: Mapping[str, Mapping[str, int]]
    label_counts: Mapping[str, int]


def check_dataset(
    *,
    inputs: BinaryIO,
    labels: BinaryIO,
    train: BinaryIO | None,
    kind: TaskKind,
    labels_allowed: Sequence[str],
    files: BinaryIO | None = None,
    names: FileNames = FileNames(),
    limits: RowLimits = DATASET_LIMITS,
) -> DatasetFacts:
    """Check the files of a dataset version against its kind and against each other.

    ``files`` is a zip of the images that rows refer to. Memory grows with the number of rows
    (ids), not with their size.

    Raises:
        DatasetInvalid: with at most one problem per kind and file.
    """
    of_inputs, of_labels, of_train, of_files = (
        Problems(n) for n in (names.inputs, names.labels, names.train, names.files)
    )
    sizes = _sizes(files, kind, of_files)
    ground = Ground(
        kind=kind,
        labels=labels_allowed,
        limits=limits,
        sizes=None if of_files.found else sizes,
    )
    tested = tally_inputs(inputs, ground, of_inputs)
    answered = tally_labels(labels, ground, tested, of_labels)
    _compare_ids(tested, answered, names=names, of_inputs=of_inputs, of_labels=of_labels)
    _check_references(answered, of_labels)
    _check_variety(answered, kind, of_labels)
    trained = Tally()
    if train is not None:
        trained = tally_train(train, ground, tested, of_train)
        _check_variety(trained, kind, of_train)
        _check_enough(trained, kind, of_train)
        _check_disjoint(trained, tested, of_train, names)
        _check_references(trained, of_train)
    if not (of_inputs.found or of_train.found):
        _check_all_used(sizes, tested.files | trained.files, of_files)
    problems: list[Problem] = [*of_inputs, *of_labels, *of_train, *of_files]
    if problems:
        raise DatasetInvalid(problems)
    return _facts(answered, trained, kind, images=len(sizes))


def _sizes(files: BinaryIO | None, kind: TaskKind, problems: Problems) -> Mapping[str, Size]:
    """Return the sizes of the images by name; a kind has images or it has none."""
    if kind.files is None:
        if files is not None:
            problems.add(None, "needless_files", "rows of this kind refer to no files; send none")
        return {}
    if files is None:
        problems.add(None, "no_files", "the rows refer to images; send them packed as a zip file")
        return {}
    return check_files(files, problems=problems)


def _check_all_used(sizes: Mapping[str, Size], used: Set[str], problems: Problems) -> None:
    """Name what no row refers to: a misspelt name, or something that was not meant to be sent."""
    unused = sorted(sizes.keys() - used)
    if not unused or problems.found:
        return
    more = f" (and to {len(unused) - 1} more)" if len(unused) > 1 else ""
    problems.add(None, "unused_file", f"no row refers to {quoted(unused[0])}{more}")


def _check_references(answered: Tally, problems: Problems) -> None:
    """Require that what labels refer to are rows that are there for that.

    A line that could not be read at all may be such a row, so good lines are waited for.
    """
    if problems.found:
        return
    for row_id, line in answered.references.items():
        if row_id not in answered.unscored:
            problems.add(
                line,
                "bad_reference",
                f"the label names {quoted(row_id)}, which is no row that can be found",
            )
            return


def _compare_ids(
    tested: Tally,
    answered: Tally,
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


def _report_absent(here: Tally, there: Tally, problems: Problems, other: str) -> None:
    for row_id, line in here.lines.items():
        if row_id not in there.lines:
            problems.add(line, "unknown_id", f"id {quoted(row_id)} is not in {other}")
            return


def _check_variety(tally: Tally, kind: TaskKind, problems: Problems) -> None:
    """Refuse labels that are all alike: no answer could be told from another."""
    what = _CONSTANT.get(kind.shape)
    if what and len(tally.labels) == 1 and not problems.found:
        problems.add(None, "constant_labels", f"every row has {what} as its label")


def _check_enough(trained: Tally, kind: TaskKind, problems: Problems) -> None:
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


def _check_disjoint(trained: Tally, tested: Tally, problems: Problems, names: FileNames) -> None:
    for row_id, line in trained.lines.items():
        if row_id in tested.lines:
            problems.add(
                line,
                "test_id_in_train",
                f"id {quoted(row_id)} is a test row too ({names.inputs} "
                f"line {tested.lines[row_id]})",
            )
            return


def _facts(answered: Tally, trained: Tally, kind: TaskKind, *, images: int) -> DatasetFacts:
    counts = answered.labels if kind.shape is Shape.CLASS else {}
    return DatasetFacts(
        rows=len(answered.lines),
        train_rows=len(trained.lines),
        groups=len(answered.groups),
        images=images,
        train_files=tuple(sorted(trained.files)),
        slices={name: dict(sorted(values.items())) for name, values in answered.slices.items()},
        label_counts={str(label): count for label, count in sorted(counts.items())},
    )
