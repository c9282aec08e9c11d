"""What a task's settings say, for pages: all that holds, given or by default."""

from __future__ import annotations

from dataclasses import dataclass

from competitions.kinds import get_kind
from competitions.kinds.setting_text import in_words
from competitions.models import Task


@dataclass(frozen=True, slots=True)
class SaidSetting:
    """One setting; ``words`` are its value."""

    name: str
    title: str
    words: str


def said_settings(task: Task) -> list[SaidSetting]:
    """Return every setting of a task's kind and track in their order."""
    settings, values = get_kind(task.kind).settings_of(task.track), task.settings_in_force
    return [
        SaidSetting(name, each.title, in_words(each, values[name]))
        for name, each in settings.items()
    ]
