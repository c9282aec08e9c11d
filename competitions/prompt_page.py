"""How a generative model is asked in a task of the prompt track, as the task's page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from competitions.kinds import get_kind
from competitions.kinds.prompt import ANSWER, filled
from competitions.models import Task
from competitions.selectors import example_rows


@dataclass(frozen=True, slots=True)
class Prompt:
    """``text`` is what a model reads of one public row, up to where its answer begins, behind
    ``shots`` examples. ``choices`` are the classes with their texts; none where an answer of at
    most ``most_tokens`` is written."""

    text: str
    shots: int
    choices: tuple[tuple[str, str], ...]
    most_tokens: int | None


def prompt_of(task: Task) -> Prompt:
    """Fill in a task's template with a row of its train split, or with a made-up one."""
    kind, settings = get_kind(task.kind), task.settings_in_force
    (row,) = example_rows(task, 1)
    values = {name: str(row["input"][name]) for name in kind.reads}
    written = settings.get("choices")
    chosen = () if written is None else tuple((c, written.get(c, c)) for c in task.classes)
    return Prompt(
        text=filled(settings["template"], values).removesuffix(ANSWER),
        shots=settings["shots"],
        choices=chosen,
        most_tokens=settings.get("max_new_tokens"),
    )
