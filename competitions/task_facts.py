"""What a participant needs to know of a task, gathered for pages. Reads only."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from competitions.kinds import get_kind
from competitions.kinds.base import AnswerSchema, TaskKind
from competitions.kinds.metric_facts import MetricFacts, get_metric_facts
from competitions.kinds.tracks import PROMPT, TRACKS, TrackFacts
from competitions.models import Competition, Task
from competitions.prompt_page import Prompt, prompt_of
from competitions.said_settings import SaidSetting, said_settings

_MAX_LENGTH = "max_length"

_BY_CATEGORY = {Competition.Aggregation.CATEGORY_MEAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task with its kind and metric in words; ``share`` of the final score is in percent."""

    task: Task
    kind: TaskKind
    metric: MetricFacts
    share: float

    @property
    def track(self) -> TrackFacts:
        """What the track asks of a submission."""
        return TRACKS[self.task.track]

    @property
    def settings(self) -> list[SaidSetting]:
        """What holds for this task beside its fields, in words, as far as nothing else says it.

        ``prompt`` says a template and its texts, and ``longest_input`` the limits of inputs.
        """
        hidden = {"template", "choices", _MAX_LENGTH}
        if not self.task.settings_in_force.get("shots"):
            hidden |= {"shot_seed", "separator"}
        return [each for each in said_settings(self.task) if each.name not in hidden]

    @property
    def prompt(self) -> Prompt | None:
        """How a generative model is asked; None in other tracks."""
        return prompt_of(self.task) if self.task.track == PROMPT else None

    @property
    def longest_input(self) -> int:
        """In tokens: the task's limit, or a smaller one of its recipe."""
        own = self.task.max_length
        return min(own, int(self.task.settings_in_force.get(_MAX_LENGTH, own)))

    @property
    def points_sentence(self) -> str:
        """How a raw value becomes points."""
        if not self.metric.bounded:
            return (
                f"{self.task.baseline:g} is worth 0 points and {self.task.ceiling:g} is worth 100, "
                "on a straight line between."
            )
        if self.metric.low == 0:
            return "Points are 100 × the value."
        return "Points are 100 × the value; below 0 they are 0."

    @property
    def answer(self) -> AnswerSchema:
        """The prediction row of the task's track."""
        return self.kind.answers[self.task.track]

    @property
    def needed_keys(self) -> list[str]:
        """What the metric wants in every answer of those keys that others may leave out."""
        return [self.answer.called.get(name, name) for name in self.metric.needs]

    @property
    def answer_example(self) -> str:
        """A prediction row as a line of JSON."""
        return json.dumps(self.kind.examples.answers[self.task.track], ensure_ascii=False)


def task_facts(competition: Competition) -> list[TaskFacts]:
    """Return the facts of every task in the competition's order."""
    tasks = list(competition.tasks.select_related("dataset"))
    shares = _shares(tasks, by_category=competition.aggregation in _BY_CATEGORY)
    return [_facts(task, share) for task, share in zip(tasks, shares, strict=True)]


def metric_titles(tasks: Iterable[Task]) -> dict[str, str]:
    """Return the metric's title for each task's slug."""
    return {task.slug: get_metric_facts(task.metric).title for task in tasks}


def _shares(tasks: Sequence[Task], *, by_category: bool) -> list[float]:
    """Return how much each task counts, all together 1, in a category as much as in any other."""
    names = [task.category if by_category else "" for task in tasks]
    totals: dict[str, float] = defaultdict(float)
    for name, task in zip(names, tasks, strict=True):
        totals[name] += task.weight
    pairs = zip(names, tasks, strict=True)
    return [task.weight / totals[name] / len(totals) for name, task in pairs]


def _facts(task: Task, share: float) -> TaskFacts:
    return TaskFacts(
        task=task,
        kind=get_kind(task.kind),
        metric=get_metric_facts(task.metric),
        share=100 * share,
    )
