"""One task with its rows and its model, and the loop over batches that every head shares."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from .batching import token_batches
from .config import TaskConfig
from .errors import Code, RunnerError, as_runner_error
from .formats.base import Encoded, Features, Model, Outputs, Purpose
from .formats.signature import is_spaced
from .items import Item, Words, item_of
from .rows import Row
from .training.curve import Curve
from .walk import FILES

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some items of a job: ``indices`` into those given to ``infer``, and their outputs."""

    indices: list[int]
    outputs: Outputs


@dataclass(slots=True, kw_only=True)
class Job:
    """``rows`` are those that need a prediction; ``on_progress`` takes rows done and rows a second.

    ``purpose`` is what ``model`` was loaded for, ``folder`` where the task's own files lie. A
    ``rehearsal`` is one over public sample rows. ``truncated_rows`` counts, once something was
    encoded, the rows with a text that was cut; ``curves`` are the losses of trainings.
    """

    task: TaskConfig
    rows: Sequence[Row]
    model: Model
    purpose: Purpose
    folder: Path
    batch_tokens: int
    rehearsal: bool
    on_progress: Callable[[int, float], None]
    truncated_rows: int = field(default=0, init=False)
    curves: list[Curve] = field(default_factory=list, init=False)

    @property
    def files(self) -> Path:
        """The folder of files that rows refer to."""
        return self.folder / FILES

    def items(self) -> list[Item]:
        """One item a row, as the task's modality says; the letters of a sequence apart where the
        model's folder asks for that. Raises ``bad_model``."""
        items = [item_of(row, self.task, self.files) for row in self.rows]
        if self.task.modality == "sequence" and is_spaced(self.model.folder):
            return [replace(item, joiner=" ") for item in items if isinstance(item, Words)]
        return items

    def infer(self, items: Sequence[Item], names: Sequence[str]) -> Iterator[Batch]:
        """Batches over ``items``: the same number for each row, one row after another.

        Their order follows items and ids only. Raises ``non_finite_output``, ``out_of_memory``,
        ``bad_tokenizer`` and ``bad_model``.
        """
        return self.run(self.encode(items), items, names)

    def run(self, encoded: Encoded, items: Sequence[Item], names: Sequence[str]) -> Iterator[Batch]:
        """As ``infer``, over items that are encoded already."""
        for indices in self.batches(encoded, items):
            yield Batch(indices, self.forward([encoded.examples[each] for each in indices], names))

    def encode(
        self, items: Sequence[Item], *, places: bool = False, max_length: int | None = None
    ) -> Encoded:
        """Items as the model takes them. Raises ``bad_tokenizer`` and what the model raises."""
        limit = self.task.max_length if max_length is None else max_length
        try:
            encoded = self.model.encode(items, max_length=limit, places=places)
        except Exception as error:  # a participant's tokenizer can raise anything
            traceback.print_exc(file=sys.stderr)
            raise as_runner_error(
                error,
                code=Code.BAD_TOKENIZER,
                message=f"The tokenizer failed on the texts ({type(error).__name__}).",
            ) from error
        cut = [index for index, long in enumerate(encoded.truncated) if long]
        self.truncated_rows = len({self._row_of(index, items).id for index in cut})
        return encoded

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        """One batch's outputs, all finite and one for each example."""
        outputs = self.guarded(lambda: self.model.forward(batch, names))
        _check(outputs, len(batch))
        return outputs

    def batches(self, encoded: Encoded, items: Sequence[Item]) -> Iterator[list[int]]:
        """Indices of items that go together; tells how far the rows are after each batch."""
        started = time.monotonic()
        ties = [(item.key, self._row_of(index, items).id) for index, item in enumerate(items)]
        done = 0
        for indices in token_batches(encoded.costs, ties=ties, budget=self.batch_tokens):
            yield indices
            done += len(indices)
            rows = done * len(self.rows) // len(items)
            self.on_progress(rows, rows / max(time.monotonic() - started, 1e-6))

    def guarded(self, compute: Callable[[], Result]) -> Result:
        """What a model computes; whatever it raises is named. Raises ``bad_model`` and others."""
        try:
            return compute()
        except Exception as error:  # a participant's weights can raise anything
            traceback.print_exc(file=sys.stderr)
            raise as_runner_error(
                error,
                code=Code.BAD_MODEL,
                message=f"The model failed on a batch ({type(error).__name__}).",
            ) from error

    def _row_of(self, index: int, items: Sequence[Item]) -> Row:
        return self.rows[index * len(self.rows) // len(items)]


def _check(outputs: Outputs, size: int) -> None:
    for name, array in outputs.arrays.items():
        if array.ndim < 2 or len(array) != size:
            raise RunnerError(
                Code.BAD_MODEL,
                f"The model gave {name} of the shape {array.shape} for {size} inputs.",
            )
        if not np.isfinite(array).all():
            raise RunnerError(
                Code.NON_FINITE_OUTPUT, "The model's output holds NaN or infinite numbers."
            )
