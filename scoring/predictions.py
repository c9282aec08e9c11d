"""Reads what came out of a sandbox: a bounded file of prediction rows, strictly.

The file is hostile until read. Nothing is repaired: a file with one bad row is refused whole,
with the first bad line of each kind of fault. Rows that are absent are no error here; the
metrics count them as the worst possible answer.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import BinaryIO

from common.errors import DomainError
from competitions.kinds.base import Answer, AnswerSchema, TaskKind
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import checked_id
from competitions.rows import Problem, Problems, RowLimits, read_objects

MAX_LINE_BYTES = 256 * 1024  # 8192 numbers of 32 characters
FILE_NAME = "predictions.jsonl"
# Lines for each row of the task, and some more. One line a row is right; lines beyond are faults,
# and a file may hold millions of short ones, each of which costs more than a good one.
LINES_A_ROW, SPARE_LINES = 2, 100


class PredictionsInvalid(DomainError):
    """A prediction file breaks its schema; ``code`` is that of the first of ``problems``."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].code, "\n".join(f"{problem}." for problem in problems))
        self.problems = tuple(problems)


def read_predictions(
    data: BinaryIO,
    *,
    kind: TaskKind,
    track: str,
    expected_ids: Collection[str],
    labels: Sequence[str],
    max_bytes: int,
    max_line_bytes: int | None = None,
    needs: Collection[str] = (),
    spare_ids: Collection[str] = (),
) -> dict[str, Answer]:
    """Return the answers by id; ids of ``expected_ids`` without a row are absent.

    ``spare_ids`` are ids of rows that no score depends on: an answer to one of them that breaks
    the schema is left out, and the rest of the file stands.

    ``labels`` are the task's classes, ``needs`` the optional keys that its metric asks for. A
    class that the task does not have is no answer: its row is left out too, so that naming a
    made-up class is never better than being wrong.

    Raises:
        PredictionsInvalid: with at most one problem of each kind (``duplicate_id``,
            ``unknown_id``, ``dimension_differs`` and the codes of ``competitions.rows`` and
            ``competitions.kinds``).
    """
    problems = Problems(FILE_NAME)
    schema = kind.answers[track]
    reader = _Reader(
        schema,
        expected=frozenset(expected_ids),
        spare=frozenset(spare_ids),
        classes=labels,
        needs=needs,
    )
    limits = RowLimits(
        max_bytes=max_bytes,
        max_line_bytes=max_line_bytes or largest_line(schema.most_bytes(len(labels))),
        max_lines=LINES_A_ROW * (len(expected_ids) + len(spare_ids)) + SPARE_LINES,
    )
    for line, row in read_objects(data, limits=limits, problems=problems):
        try:
            reader.take(line, row)
        except RowInvalid as fault:
            problems.add(line, fault.code, fault.reason)
    problems.found.pop("empty_file", None)
    if problems.found:
        raise PredictionsInvalid(tuple(problems))
    return reader.answers | reader.fitting_spares()


def largest_line(row_bytes: int) -> int:
    """Return how long one line may be where rows have ``row_bytes`` on average."""
    return max(MAX_LINE_BYTES, 8 * row_bytes)


class _Reader:
    """Takes rows one by one and remembers what later rows must agree with."""

    def __init__(
        self,
        schema: AnswerSchema,
        *,
        expected: frozenset[str],
        spare: frozenset[str],
        classes: Sequence[str],
        needs: Collection[str],
    ) -> None:
        self.answers: dict[str, Answer] = {}
        self._spares: dict[str, Answer] = {}
        self._schema = schema
        self._expected = expected
        self._spare = spare
        self._classes = classes
        self._needs = needs
        self._lines: dict[str, int] = {}
        self._dimensions: int | None = None

    def take(self, line: int, row: dict[str, object]) -> None:
        """Check one row and keep its answer; raises RowInvalid."""
        row_id = self._take_id(line, row)
        if row_id in self._spare:
            with suppress(RowInvalid):
                self._keep(self._spares, row_id, row)
            return
        self._keep(self.answers, row_id, row)
        answer = self.answers.get(row_id)
        if isinstance(answer, array):
            self._check_dimensions(len(answer))

    def fitting_spares(self) -> dict[str, Answer]:
        """Return the answers to spare rows, without embeddings of another length."""
        return {
            row_id: answer
            for row_id, answer in self._spares.items()
            if not isinstance(answer, array) or len(answer) == self._dimensions
        }

    def _keep(self, answers: dict[str, Answer], row_id: str, row: dict[str, object]) -> None:
        answer = self._schema.parse(row, self._classes)
        if lacking := self._schema.lacks(row, self._needs):
            raise RowInvalid(
                "missing_key", f"key {quoted(lacking)} is missing: the metric needs it"
            )
        if answer is not None:
            answers[row_id] = answer

    def _take_id(self, line: int, row: dict[str, object]) -> str:
        if "id" not in row:
            raise RowInvalid("missing_key", 'key "id" is missing')
        row_id = checked_id(row.pop("id"))
        if row_id not in self._expected and row_id not in self._spare:
            raise RowInvalid("unknown_id", f"id {quoted(row_id)} is not a row of this task")
        first = self._lines.setdefault(row_id, line)
        if first != line:
            raise RowInvalid("duplicate_id", f"id {quoted(row_id)} was in line {first} already")
        return row_id

    def _check_dimensions(self, dimensions: int) -> None:
        if self._dimensions is None:
            self._dimensions = dimensions
        if dimensions != self._dimensions:
            raise RowInvalid(
                "dimension_differs",
                f"the embedding has {dimensions} numbers, earlier rows have {self._dimensions}",
            )
