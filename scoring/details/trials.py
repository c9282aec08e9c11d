"""From answers to perturbed copies to what robustness compares with the labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from competitions.dataset_rows import LabelRow
from competitions.kinds.base import Answer, TaskKind
from competitions.perturbations import PERTURBATIONS
from scoring.details.robustness import Trial
from scoring.given import Given, is_scored

CopyOf: TypeAlias = tuple[str, str]
"""The name of a perturbation, and the id of the row that it changed."""
GivenTo: TypeAlias = Callable[[Mapping[str, Answer], Sequence[LabelRow]], Given]


def find_trials(
    to_copies: Mapping[CopyOf, Answer],
    *,
    copied: Sequence[CopyOf],
    answers: Mapping[str, Answer],
    given_to: GivenTo,
    kind: TaskKind,
    labels: Sequence[LabelRow],
) -> list[Trial]:
    """Return one trial for each perturbation, none where no copy was answered at all.

    ``copied`` names every copy that could be answered, ``answers`` are those to the rows
    themselves, and ``given_to`` makes of answers to some rows what the metric reads. A trial's
    rows are the scored ones of ``labels``, in their order.
    """
    if not to_copies:
        return []
    scored = [row for row in labels if is_scored(kind, row)]
    rest = [row for row in labels if not is_scored(kind, row)]
    trials = []
    for name in PERTURBATIONS:
        rows = {row_id for perturbation, row_id in copied if perturbation == name}
        asked = [row for row in scored if row.id in rows]
        if not asked:
            continue
        changed = {
            row_id: to_copies[name, row_id] for row_id in rows if (name, row_id) in to_copies
        }
        unchanged = {row_id: answer for row_id, answer in answers.items() if row_id not in rows}
        given = given_to({**unchanged, **changed}, [*asked, *rest])
        (found,) = given.rounds
        trials.append(
            Trial(
                name=name,
                copied=np.array([row.id in rows for row in scored], dtype=np.bool_),
                answers=[found.get(row.id) if row.id in rows else None for row in scored],
            )
        )
    return trials
