"""What must be true before a competition is published; each check says what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from competitions.guarantees import FOR_CODE, allows_code, in_words, required_guarantees
from competitions.kinds import KINDS
from competitions.kinds.answers import MAX_LABEL_LENGTH
from competitions.kinds.base import Modality, TaskKind
from competitions.kinds.finetune import SEEDS
from competitions.kinds.metric_facts import METRIC_FACTS, anchor_problems
from competitions.kinds.prompt import choices_problem, template_problem
from competitions.kinds.settings import setting_problems
from competitions.kinds.shapes import Shape
from competitions.kinds.tracks import TRACKS
from competitions.models import Competition, Task

_NEEDS_TRAIN = {
    Task.Track.PROBE: "The probe is fitted on a train split: upload one with the dataset.",
    Task.Track.FINETUNE: "Models are fine-tuned on a train split: upload one with the dataset.",
}
_FEWEST_FOR_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. A check that is not ``required`` is advice."""

    key: str
    title: str
    passed: bool
    hint: str
    required: bool = True


def checklist(competition: Competition) -> list[Check]:
    """Look at a competition and return every check, passed or not."""
    tasks = list(competition.tasks.select_related("dataset"))
    return [
        Check("rules", "The rules are written", bool(competition.rules.strip()), "Write them."),
        _phase_check(competition),
        Check("tasks", "There is a task", bool(tasks), "Add a task."),
        *[check for task in tasks for check in _task_checks(task)],
        *_aggregation_checks(competition, tasks),
        Check(
            "baseline",
            "A baseline was run",
            competition.baseline_scored_at is not None,
            "Upload a simple model on the competition's page as an organizer and wait for its "
            "score: it shows that the data, the metric and the limits work.",
        ),
        Check(
            "awards",
            "There is an award",
            competition.awards.exists(),
            "Add an award, unless the ranking is all there is to win.",
            required=False,
        ),
        *code_checks(competition),
    ]


def code_checks(competition: Competition) -> list[Check]:
    """Return the advice for a competition in which participants' code may run; else nothing."""
    if not allows_code(competition):
        return []
    required = required_guarantees(competition)
    lacking = FOR_CODE - required
    return [
        Check(
            "guarantees",
            "All that is recommended for participants' code is required",
            not lacking,
            f"Participants' code may run where this is not held: {in_words(lacking)}. Tick it "
            "under “What a worker must hold”, or tick nothing for the recommended set.",
            required=False,
        ),
        Check(
            "kernel_isolation",
            "Kernel isolation is required for participants' code",
            "kernel_isolation" in required,
            "Without it, strangers' code talks to the kernel of the machine: one hole there leads "
            "to the other runs and to the hidden inputs. Where your operator has workers with "
            "gVisor, tick it together with the recommended ones.",
            required=False,
        ),
    ]


def missing_checks(competition: Competition) -> list[Check]:
    """Return the required checks that did not pass."""
    return [check for check in checklist(competition) if check.required and not check.passed]


def metric_problem(task: Task) -> str:
    """Say why a task's metric does not fit its kind, or nothing."""
    kind = KINDS.get(task.kind)
    if kind is None:
        return f"There is no task kind {task.kind!r}."
    if task.metric not in kind.metrics:
        titles = ", ".join(METRIC_FACTS[name].title for name in kind.metrics)
        return f"{kind.title} is scored by one of: {titles}."
    facts = METRIC_FACTS[task.metric]
    if facts.needs and task.track == Task.Track.PROBE:
        return f"{facts.title} needs probabilities, and a probe's answers have none."
    return " ".join(anchor_problems(facts, baseline=task.baseline, ceiling=task.ceiling))


def track_problem(task: Task) -> str:
    """Say why a task's track does not fit its kind or its dataset, or nothing."""
    kind = KINDS.get(task.kind)
    if kind is not None and task.track not in kind.tracks:
        return f"{kind.title} runs in the track {' or '.join(kind.tracks)}."
    needed = _NEEDS_TRAIN.get(Task.Track(task.track), "") if task.track else ""
    if kind is not None and kind.modality is Modality.TABLE and not needed:
        needed = "A table's columns are known by its train split: upload one with the dataset."
    if needed and task.dataset and not task.dataset.train_rows:
        return needed
    return ""


def settings_problem(task: Task) -> str:
    """Say what is wrong with a task's settings, or nothing."""
    kind = KINDS.get(task.kind)
    if kind is None or task.track not in TRACKS:
        return ""
    if problems := setting_problems(kind.settings_of(task.track), task.settings):
        return " ".join(problems)
    return _prompt_problem(task, kind) if task.track == Task.Track.PROMPT else ""


def _prompt_problem(task: Task, kind: TaskKind) -> str:
    settings = kind.all_settings(task.track, task.settings)
    if problem := template_problem(settings["template"], kind.reads):
        return problem
    if problem := choices_problem(settings.get("choices", {}), task.classes):
        return problem
    if settings["shots"] and task.dataset and not task.dataset.train_rows:
        return "“Examples” (shots) come from a train split: upload one with the dataset."
    return ""


def labels_problem(task: Task) -> str:
    """Say why a task's classes do not fit its kind, or nothing."""
    kind = KINDS.get(task.kind)
    if kind is None:
        return ""
    if not kind.needs_classes:
        return f"{kind.title} lists no classes: leave them empty." if task.labels else ""
    # Boxes of one class can be right or wrong; a choice of one can't.
    if len(task.labels) < (1 if kind.shape is Shape.BOXES else 2):
        return "Name at least two classes (one is enough where objects are found)."
    label, times = Counter(task.labels).most_common(1)[0]
    if times > 1:
        return f"The class “{label}” is named {times} times."
    if any(len(label) > MAX_LABEL_LENGTH for label in task.labels):
        return f"A class has at most {MAX_LABEL_LENGTH} characters."
    return kind.classes_problem(task.labels) if kind.classes_problem else ""


def _phase_check(competition: Competition) -> Check:
    ahead = competition.phases.filter(ends_at__gt=timezone.now()).exists()
    return Check("phase", "A phase lies ahead", ahead, "Add a phase that ends in the future.")


def _aggregation_checks(competition: Competition, tasks: Sequence[Task]) -> list[Check]:
    rule = competition.aggregation
    if rule == Competition.Aggregation.CATEGORY_MEAN:
        without = [task.title for task in tasks if not task.category.strip()]
        names = ", ".join(f"“{title}”" for title in without)
        return [
            Check(
                "categories",
                "Every task has a category",
                not without,
                f"The final score is a mean of category means. Give a category to {names}, or "
                "choose another final score.",
            )
        ]
    if rule == Competition.Aggregation.INTERQUARTILE_MEAN:
        return [
            Check(
                "interquartile",
                "There are tasks enough for an interquartile mean",
                len(tasks) >= _FEWEST_FOR_QUARTERS,
                "With fewer than four tasks it hardly differs from the mean, and is harder to "
                "explain: add tasks, or choose the weighted mean.",
                required=False,
            )
        ]
    return []


def _task_checks(task: Task) -> list[Check]:
    metric, track, labels = metric_problem(task), track_problem(task), labels_problem(task)
    settings = settings_problem(task)
    name = f"Task “{task.title}”"
    return [
        Check(
            f"dataset:{task.slug}",
            f"{name} has a dataset",
            task.dataset is not None,
            "Upload inputs and labels by the link in the tab “Tasks”.",
        ),
        Check(f"metric:{task.slug}", f"{name} has a fitting metric", not metric, metric),
        Check(f"track:{task.slug}", f"{name} can run in its track", not track, track),
        Check(f"labels:{task.slug}", f"{name} has fitting classes", not labels, labels),
        Check(f"settings:{task.slug}", f"{name} has fitting settings", not settings, settings),
        Check(
            f"weight:{task.slug}",
            f"{name} has a weight",
            task.weight > 0,
            "Give it a weight above 0.",
        ),
        *([] if settings else _budget_checks(task)),
    ]


def _budget_checks(task: Task) -> list[Check]:
    """Advise where trainings within their own limit may not fit into the time of a task."""
    if task.track != Task.Track.FINETUNE or task.kind not in KINDS:
        return []
    chosen = task.settings_in_force
    seeds, each, most = chosen[SEEDS], chosen["budget_seconds"], task.competition.task_seconds
    return [
        Check(
            f"budget:{task.slug}",
            f"Task “{task.title}” has time for its trainings",
            seeds * each <= most,
            f"{seeds} trainings of at most {each} seconds may take {seeds * each} seconds, and a "
            f"task has {most}. Raise “Seconds per task”, or lower the time limit of a seed.",
            required=False,
        )
    ]
