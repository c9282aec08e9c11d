"""What a task may set beyond the fields that all tasks have: typed, bounded, with a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PRESET = "preset"
"""The setting that names a set of values for the others."""

NO_PRESETS: Mapping[str, Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting; the type is that of ``default``.

    ``title`` is its label in forms and on pages, ``unit`` what a number counts and ``zero`` what 0
    says; ``lines`` tells that a text has several lines. Numbers lie within ``low`` and ``high``,
    texts and lists have at most ``high`` characters or entries, ``choices`` (if any), with their
    titles, are all that is allowed.
    """

    title: str
    default: Any
    help: str
    low: float = 0
    high: float = 10_000
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    lines: bool = False
    zero: str = ""

    def problem(self, value: object) -> str:
        """Say what is wrong with a value, or nothing."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            return f"must be {_NAMES[kind]}"
        if isinstance(value, bool):
            return ""
        if isinstance(value, int | float):
            fits = self.low <= value <= self.high
            return "" if fits else f"must lie within {self.low:g} and {self.high:g}"
        return self._text_problem(value)

    def _text_problem(self, value: object) -> str:
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(self.choices)}"
        if isinstance(value, list) and not all(isinstance(each, str) for each in value):
            return "must be a list of texts"
        if isinstance(value, dict) and not all(isinstance(each, str) for each in value.values()):
            return "must be an object of texts"
        if isinstance(value, str | list | dict) and len(value) > self.high:
            return f"is longer than {self.high:g}"
        return ""


ROBUSTNESS = {
    "robustness": Setting(
        title="Robustness is looked at",
        default=True,
        help="Whether up to 100 test rows are answered once more with small changes of their "
        "texts, to see how robust a model is. The score does not depend on it.",
    )
}
"""What every kind of texts may set in the predict track."""

_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


def setting_problems(settings: Mapping[str, Setting], given: object) -> list[str]:
    """Say what is wrong with a task's settings; an empty list when nothing is."""
    if not isinstance(given, dict):
        return ["Settings are an object of names and values."]
    known = ", ".join(settings) or "none"
    problems = [f"“{name}” is no setting here; known: {known}." for name in given.keys() - settings]
    for name, setting in settings.items():
        if name in given and (problem := setting.problem(given[name])):
            problems.append(f"“{setting.title}” ({name}) {problem}.")
    return problems


def with_defaults(
    settings: Mapping[str, Setting],
    given: Mapping[str, Any],
    presets: Mapping[str, Mapping[str, Any]] = NO_PRESETS,
) -> dict[str, Any]:
    """Return every setting: what the task gives, else what its preset says, else the default.

    ``presets`` are values by the name that the setting ``preset`` has.
    """
    defaults = {name: setting.default for name, setting in settings.items()}
    chosen = presets.get(str(given.get(PRESET, defaults.get(PRESET))), {})
    return {name: given.get(name, chosen.get(name, value)) for name, value in defaults.items()}
