"""One task with its rows and its model, and the loop over batches that every kind shares."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .batching import token_batches
from .config import TaskConfig
from .errors import Code, RunnerError, as_runner_error
from .formats.base import Encoded, Encoder, Features, Head, Model, Outputs, Texts
from .rows import Row

Forward = Callable[[Sequence[Features]], Outputs]


@dataclass(slots=True, kw_only=True)
class Job:
    """``rows`` are those that need a prediction; ``on_progress`` takes rows done and rows a second.

    ``truncated_rows`` counts, once ``infer`` has run, the rows with a text that was cut.
    """

    task: TaskConfig
    rows: Sequence[Row]
    model: Model
    batch_tokens: int
    on_progress: Callable[[int, float], None]
    truncated_rows: int = field(default=0, init=False)

    def head(self) -> Head:
        assert isinstance(self.model, Head)
        return self.model

    def encoder(self) -> Encoder:
        assert isinstance(self.model, Encoder)
        return self.model

    def embed(self, batch: Sequence[Features]) -> Outputs:
        return self.encoder().embed(batch, pooling=self.task.pooling)

    def infer(
        self, texts: Sequence[Texts], forward: Forward
    ) -> Iterator[tuple[list[int], Outputs]]:
        """Batches of (indices into ``texts``, outputs). Their order follows texts and ids only.

        ``texts`` holds the same number of entries for each row, one row after another.
        Raises ``non_finite_output``, ``out_of_memory``, ``bad_tokenizer`` and ``bad_model``.
        """
        started = time.monotonic()
        encoded = self._encode(texts)
        ties = [(text, self._row_of(index, texts).id) for index, text in enumerate(texts)]
        batches = token_batches(encoded.lengths(), ties=ties, budget=self.batch_tokens)
        done = 0
        for batch in batches:
            outputs = _compute(forward, [encoded.examples[index] for index in batch])
            yield batch, outputs
            done += len(batch)
            rows = done * len(self.rows) // len(texts)
            self.on_progress(rows, rows / max(time.monotonic() - started, 1e-6))

    def _encode(self, texts: Sequence[Texts]) -> Encoded:
        try:
            encoded = self.model.encode(texts, max_length=self.task.max_length)
        except Exception as error:  # a participant's tokenizer can raise anything
            traceback.print_exc(file=sys.stderr)
            raise as_runner_error(
                error,
                code=Code.BAD_TOKENIZER,
                message=f"The tokenizer failed on the texts ({type(error).__name__}).",
            ) from error
        cut = [index for index, long in enumerate(encoded.truncated) if long]
        self.truncated_rows = len({self._row_of(index, texts).id for index in cut})
        return encoded

    def _row_of(self, index: int, texts: Sequence[Texts]) -> Row:
        return self.rows[index * len(self.rows) // len(texts)]


def _compute(forward: Forward, batch: Sequence[Features]) -> Outputs:
    try:
        outputs = forward(batch)
    except Exception as error:  # a participant's model can raise anything
        traceback.print_exc(file=sys.stderr)
        raise as_runner_error(
            error,
            code=Code.BAD_MODEL,
            message=f"The model failed while computing ({type(error).__name__}).",
        ) from error
    if outputs.ndim != 2 or len(outputs) != len(batch):
        raise RunnerError(Code.BAD_MODEL, f"The model's output has a wrong shape: {outputs.shape}.")
    if not np.isfinite(outputs).all():
        raise RunnerError(
            Code.NON_FINITE_OUTPUT, "The model's output holds NaN or infinite numbers."
        )
    return outputs
