"""Which letters of a sequence touch, with the submission's own head."""

from collections.abc import Callable, Iterator

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import CONTACTS, Array, Purpose
from ..job import Job
from ..predictions import answer_line
from .base import register
from .letters import letter_items

PAIRS_A_LETTER = 20


@register("contacts")
class ContactPairs:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.CONTACTS

    def predict(self, job: Job) -> Iterator[str]:
        """The likeliest pairs i < j; a sequence that was cut has none beyond the cut."""
        items = letter_items(job)
        for batch in job.infer(items, (CONTACTS,)):
            found = batch.outputs.arrays[CONTACTS]
            if found.ndim != 3 or found.shape[1] != found.shape[2]:
                raise RunnerError(Code.BAD_MODEL, f"{CONTACTS} is no square for each sequence.")
            for row, index in enumerate(batch.indices):
                pairs = best_pairs(found[row], len(items[index].words))
                yield answer_line(job.rows[index].id, {"pairs": pairs})


def best_pairs(probabilities: Array, letters: int) -> list[list[int | float]]:
    """[i, j, p] of the likeliest pairs i < j, at most ``PAIRS_A_LETTER`` a letter, the first of
    equals by place. Numbers beyond 0 and 1 are brought there."""
    size = min(letters, len(probabilities))
    first, second = np.triu_indices(size, k=1)
    scores = np.clip(probabilities[first, second].astype(np.float64), 0, 1)
    order = np.lexsort((second, first, -scores))[: PAIRS_A_LETTER * letters]
    return [[int(first[each]), int(second[each]), float(scores[each])] for each in order]
