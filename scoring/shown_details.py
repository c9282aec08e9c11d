"""What is told of a score's details: slices, calibration, robustness, with the digits of pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from competitions.kinds.metric_facts import get_metric_facts
from competitions.models import Competition, Task
from competitions.perturbations import PERTURBATIONS
from competitions.selectors import Viewer
from scoring.models import Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.selectors import may_see_details
from scoring.shown_value import shown_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One value of a slice. ``percent`` is where its score lies between 0 and the metric's upper
    end, None where the metric has no such ends."""

    value: str
    rows: int
    score: float
    is_worst: bool
    percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A slice with its shown groups; ``gap`` is None where none is, ``hidden`` counts the rest."""

    name: str
    groups: tuple[Group, ...]
    hidden: int
    gap: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbed:
    """Values of one perturbation's rows, before and after."""

    name: str
    title: str
    rows: int
    original: float
    perturbed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstCase:
    """The share of rows that are right however they are written, of ``rows``; or the value of the
    worst perturbation, whose ``name`` is then given."""

    value: float
    name: str = ""
    rows: int | None = None
    original: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetails:
    """What one task's rows of one split tell. Values have the digits that pages tell."""

    task: Task
    split: str
    metric: str
    slices: tuple[Slice, ...]
    ece: float | None
    brier: float | None
    perturbations: tuple[Perturbed, ...]
    worst_case: WorstCase | None

    @property
    def split_title(self) -> str:
        """The split's name for people."""
        return Split(self.split).label


def shown_details(
    user: Viewer, competition: Competition, submission_id: uuid.UUID
) -> list[TaskDetails]:
    """Return what ``user`` may see of a submission's details, task by task, public rows first.

    Tasks that failed, or have nothing to tell, are absent. Who may see the submission at all is
    the caller's question.
    """
    found: list[TaskScore] = []
    for split in (Split.PUBLIC, Split.PRIVATE):
        if may_see_details(user, competition, split):
            found += present_task_scores([submission_id], split).values()
    found.sort(key=lambda score: (score.task.position, score.task_id, score.split != Split.PUBLIC))
    told = [_told(score) for score in found if not score.failed]
    return [each for each in told if each.slices or each.ece is not None or each.perturbations]


def _told(score: TaskScore) -> TaskDetails:
    stored = score.details
    calibration = stored.get("calibration", {})
    robustness = stored.get("robustness", {})
    facts = get_metric_facts(score.task.metric)
    most = facts.high if facts.bounded and facts.low == 0 else None
    slices = stored.get("slices", {})
    return TaskDetails(
        task=score.task,
        split=score.split,
        metric=facts.title,
        slices=tuple(_slice(name, each, most) for name, each in slices.items()),
        ece=_value(calibration.get("ece")),
        brier=_value(calibration.get("brier")),
        perturbations=tuple(_perturbed(each) for each in robustness.get("perturbations", [])),
        worst_case=_worst_case(robustness["worst"]) if robustness else None,
    )


def _slice(name: str, stored: Mapping[str, Any], most: float | None) -> Slice:
    groups = tuple(
        Group(
            value=group["value"],
            rows=group["rows"],
            score=shown_value(group["score"]),
            is_worst=group["value"] == stored["worst"] and bool(stored["gap"]),
            percent=100 * shown_value(group["score"]) / most if most else None,
        )
        for group in stored["groups"]
    )
    return Slice(name=name, groups=groups, hidden=stored["hidden"], gap=_value(stored["gap"]))


def _perturbed(stored: Mapping[str, Any]) -> Perturbed:
    known = PERTURBATIONS.get(stored["name"])
    return Perturbed(
        name=stored["name"],
        title=known.title if known else stored["name"],
        rows=stored["rows"],
        original=shown_value(stored["original"]),
        perturbed=shown_value(stored["perturbed"]),
    )


def _worst_case(stored: Mapping[str, Any]) -> WorstCase:
    return WorstCase(
        value=shown_value(stored["value"]),
        name=stored.get("name", ""),
        rows=stored.get("rows"),
        original=_value(stored.get("original")),
    )


def _value(stored: float | None) -> float | None:
    return None if stored is None else shown_value(stored)
