"""Whether a model's probability of a token stays the same without all that follows.

Some architectures read in both directions unless they are told otherwise, and a graph can be made
to. So parts of the texts are read again without what follows.
"""

import random
from collections.abc import Sequence
from functools import partial

import numpy as np

from ..errors import Code, RunnerError
from ..formats.base import Array, Features
from ..job import Job

_TOLERANCE = {"float32": 1e-3, "bfloat16": 0.1}


def check_left_to_right(
    job: Job, texts: Sequence[tuple[Features, Sequence[int]]], *, checked: int
) -> None:
    """Reads some of the texts again, each without one of its listed tokens and all behind it. Which
    ones nobody can know before. Raises ``not_causal``."""
    draw = random.SystemRandom()
    able = [(example, later) for example, at in texts if (later := [one for one in at if one > 0])]
    for example, later in draw.sample(able, min(checked, len(able))):
        cut = int(draw.choice(later))
        whole, part = (
            job.guarded(partial(job.model.scores_at, [given], [[cut - 1]]))[0][0]
            for given in (example, _prefix(example, cut))
        )
        if _apart(whole, part) > _TOLERANCE.get(job.model.dtype, _TOLERANCE["bfloat16"]):
            raise RunnerError(
                Code.NOT_CAUSAL,
                "The model looks ahead: a token's probability changed with the text after it. "
                "The task is for models that read from left to right only.",
            )


def _apart(whole: Array, part: Array) -> float:
    """The largest difference of two rows of scores, as a share of their spread."""
    spread = float(part.std())
    return float(np.abs(whole - part).max()) / spread if spread > 0 else 0.0


def _prefix(example: Features, length: int) -> Features:
    return {name: np.asarray(values[:length]) for name, values in example.items()}
