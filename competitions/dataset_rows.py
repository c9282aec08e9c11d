"""The rows of a dataset version, typed: inputs, labels and the train split.

``*_row`` functions check one parsed object; ``read_*`` functions read a whole stored file that
``competitions.dataset_check`` has accepted before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar

from common.errors import DomainError
from competitions.kinds.base import Label, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys, checked_id, checked_text
from competitions.rows import Problem, Problems, RowLimits, read_objects

DATASET_LIMITS = RowLimits(max_bytes=1 << 30, max_line_bytes=1 << 20)
MAX_SLICES = 20
_Row = TypeVar("_Row")


class DatasetInvalid(DomainError):
    """A dataset's files break the rules; ``problems`` names file, line and reason of each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("dataset_invalid", "\n".join(f"{problem}." for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class InputRow:
    """One test input."""

    id: str
    input: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One hidden answer; rows of one ``group`` fall into the same split."""

    id: str
    label: Label
    group: str | None = None
    slices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainRow:
    """One public training row."""

    id: str
    input: Mapping[str, str]
    label: Label


def input_row(row: Mapping[str, Any], *, kind: TaskKind) -> InputRow:
    """Check one line of ``inputs.jsonl``; raises RowInvalid."""
    check_keys(row, required=("id", "input"))
    return InputRow(checked_id(row["id"]), kind.check_input(row["input"]))


def label_row(row: Mapping[str, Any], *, kind: TaskKind, labels: Sequence[str]) -> LabelRow:
    """Check one line of ``labels.jsonl``; raises RowInvalid."""
    check_keys(row, required=("id", "label"), optional=("group", "slices"))
    group = row.get("group")
    if "group" in row:
        group = checked_text(group, name="group", code="bad_group")
    return LabelRow(
        checked_id(row["id"]),
        kind.check_label(row["label"], labels),
        group,
        _checked_slices(row["slices"]) if "slices" in row else {},
    )


def train_row(row: Mapping[str, Any], *, kind: TaskKind, labels: Sequence[str]) -> TrainRow:
    """Check one line of ``train.jsonl``; raises RowInvalid."""
    check_keys(row, required=("id", "input", "label"))
    return TrainRow(
        checked_id(row["id"]),
        kind.check_input(row["input"]),
        kind.check_label(row["label"], labels),
    )


def _checked_slices(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MAX_SLICES:
        raise RowInvalid("bad_slices", f"slices must be an object of at most {MAX_SLICES} names")
    return {
        checked_text(name, name="a slice name", code="bad_slices"): checked_text(
            text, name="a slice value", code="bad_slices"
        )
        for name, text in value.items()
    }


def read_inputs(stream: BinaryIO, *, kind: TaskKind) -> list[InputRow]:
    """Read a stored inputs file; raises DatasetInvalid when it is damaged."""
    return _read(stream, "inputs.jsonl", lambda row: input_row(row, kind=kind))


def read_labels(stream: BinaryIO, *, kind: TaskKind, labels: Sequence[str]) -> list[LabelRow]:
    """Read a stored labels file; raises DatasetInvalid when it is damaged."""
    return _read(stream, "labels.jsonl", lambda row: label_row(row, kind=kind, labels=labels))


def read_train(stream: BinaryIO, *, kind: TaskKind, labels: Sequence[str]) -> list[TrainRow]:
    """Read a stored train split; raises DatasetInvalid when it is damaged."""
    return _read(stream, "train.jsonl", lambda row: train_row(row, kind=kind, labels=labels))


def _read(stream: BinaryIO, file: str, parse: Callable[[dict[str, Any]], _Row]) -> list[_Row]:
    problems = Problems(file)
    rows = [row for _, row in parsed_rows(stream, parse=parse, problems=problems)]
    if problems.found:
        raise DatasetInvalid(tuple(problems))
    return rows


def parsed_rows(
    stream: BinaryIO,
    *,
    parse: Callable[[dict[str, Any]], _Row],
    problems: Problems,
    limits: RowLimits = DATASET_LIMITS,
) -> Iterator[tuple[int, _Row]]:
    """Yield ``(line, row)`` of every line that ``parse`` accepts; faults go to ``problems``."""
    for line, obj in read_objects(stream, limits=limits, problems=problems):
        try:
            row = parse(obj)
        except RowInvalid as fault:
            problems.add(line, fault.code, fault.reason)
            continue
        yield line, row
