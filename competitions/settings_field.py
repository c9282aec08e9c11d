"""A task's settings in the organizers' form: a field for each, of the chosen kind and track.

What stays empty is the default, or what a preset says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from competitions.kinds.setting_text import from_text
from competitions.kinds.settings import Setting
from competitions.settings_widget import TaskSettingsWidget, Typed, is_choice


class TaskSettingsField(forms.Field):
    """Settings by name, as a task stores them; bounds are checked with the rest of the task."""

    widget = TaskSettingsWidget

    def to_python(self, value: Any) -> dict[str, Any]:
        """Read what was typed; a choice that is the default is not kept."""
        if not isinstance(value, Typed):
            return {}
        found: dict[str, Any] = {}
        problems: list[str] = []
        for name, text in value.texts.items():
            setting = value.settings[name]
            try:
                found[name] = from_text(setting, text)
            except ValueError as error:
                problems.append(f"“{setting.title}” {error}.")
        if problems:
            raise ValidationError(problems)
        return {name: each for name, each in found.items() if _counts(value.settings[name], each)}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare values, not ways of writing them."""
        if not isinstance(data, Typed):
            return False
        stored: Mapping[str, Any] = initial or {}
        known = {
            name: each
            for name, each in stored.items()
            if name not in data.settings or _counts(data.settings[name], each)
        }
        try:
            return bool(self.to_python(data) != known)
        except ValidationError:
            return True


def _counts(setting: Setting, value: object) -> bool:
    """Tell whether a value says more than nothing would: of choices the default does not."""
    return not (is_choice(setting) and value == setting.default)
