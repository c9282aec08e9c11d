"""Stretches of texts in batches of similar length."""

import time
from collections.abc import Iterator, Sequence

from ..batching import token_batches
from ..job import Job
from .text_bits import Charged


def stretch_batches(job: Job, charged: Sequence[Charged]) -> Iterator[list[int]]:
    """Indices that go together; tells how far the rows are after each batch."""
    started = time.monotonic()
    lengths = [len(one.example["input_ids"]) for one in charged]
    ties = [(one.stretch.text, job.rows[one.stretch.row].id) for one in charged]
    done = 0
    for indices in token_batches(lengths, ties=ties, budget=job.batch_tokens):
        yield indices
        done += len(indices)
        rows = done * len(job.rows) // len(charged)
        job.on_progress(rows, rows / max(time.monotonic() - started, 1e-6))
