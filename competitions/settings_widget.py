"""How the fields of a task's settings look: grouped by track, each with its meaning.

All of them are on the page; a script shows those that the chosen kind and track have, and what a
model reads where it is asked by a prompt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from unfold import widgets

from competitions.kinds import KINDS
from competitions.kinds.prompt import default_template
from competitions.kinds.setting_text import as_text
from competitions.kinds.settings import PRESET, Setting
from competitions.kinds.tracks import PROMPT, TRACKS


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, by setting, and the settings of the kind and the track chosen beside it."""

    settings: Mapping[str, Setting]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """A setting in one track, and the kinds that have it there."""

    track: str
    name: str
    setting: Setting
    kinds: tuple[str, ...]


class TaskSettingsWidget(forms.Widget):
    """Fields named ``<name>-<track>-<setting>``."""

    template_name = "admin/competitions/task_settings.html"

    class Media:
        js = ("competitions/task_settings.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows: ``value`` is stored settings, or what was typed."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        base = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"] |= {
            "tracks": [
                {
                    "slug": track,
                    "title": TRACKS[track].title,
                    "rows": [_row(each, name, base, value) for each in places],
                }
                for track, places in _PLACES.items()
            ],
            "inputs": _INPUTS,
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        """Keep what was typed for the kind and the track that were chosen beside it."""
        beside = name.removesuffix("settings")
        kind = KINDS.get(str(data.get(f"{beside}kind", "")))
        track = str(data.get(f"{beside}track", ""))
        if kind is None or track not in kind.tracks:
            return Typed({})
        settings = kind.settings_of(track)
        texts = {each: str(data.get(f"{name}-{track}-{each}", "")) for each in settings}
        return Typed(settings, {each: text for each, text in texts.items() if text.strip(" ")})

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Tell whether the form had no such fields at all: empty ones say something."""
        return not any(each.startswith(f"{name}-") for each in data)

    def id_for_label(self, id_: str) -> str:
        """Return nothing: each field has a label of its own."""
        return ""


def is_choice(setting: Setting) -> bool:
    """Tell whether a setting is chosen from a list, in which something is always chosen."""
    return isinstance(setting.default, bool) or bool(setting.choices)


def _places(track: str) -> Iterator[_Place]:
    kinds = [kind for kind in KINDS.values() if track in kind.tracks]
    having: dict[str, list[str]] = {}
    found: dict[str, Setting] = {}
    for kind in kinds:
        for name, setting in kind.settings_of(track).items():
            found.setdefault(name, setting)
            having.setdefault(name, []).append(kind.slug)
    for name, setting in found.items():
        yield _Place(track, name, setting, tuple(having[name]))


def _inputs() -> Iterator[dict[str, str]]:
    """For each kind that can be asked by a prompt: the names of its input, and an example."""
    for kind in KINDS.values():
        if PROMPT in kind.tracks:
            shown = {name: str(kind.examples.input["input"][name]) for name in kind.reads}
            yield {
                "kind": kind.slug,
                "names": ", ".join(f"{{{name}}}" for name in kind.reads),
                "usual": default_template(kind.reads),
                "example": json.dumps(shown, ensure_ascii=False),
            }


_PLACES = {track: tuple(_places(track)) for track in TRACKS}
_INPUTS = tuple(_inputs())


def _row(place: _Place, name: str, base: str, value: Any) -> dict[str, Any]:
    key = f"{place.track}-{place.name}"
    attrs = {"id": f"{base}-{key}", "aria-describedby": f"{base}-{key}-help"}
    if place.name == PRESET:
        attrs["data-presets"] = json.dumps(_preset_texts(place.track))
    return {
        "title": place.setting.title,
        "unit": place.setting.unit,
        "help": place.setting.help,
        "is_template": place.setting.lines,
        "is_wide": place.setting.lines or any(map(_is_long, place.setting.choices.values())),
        "kinds": " ".join(place.kinds),
        "id": attrs["id"],
        "field": _input(place.setting).render(f"{name}-{key}", _shown(place, value), attrs),
    }


def _is_long(title: str) -> bool:
    return len(title) > 40


def _preset_texts(track: str) -> dict[str, dict[str, str]]:
    """What fields say that are left empty, for each preset with values of its own."""
    facts = TRACKS[track]
    return {
        preset: {name: as_text(facts.settings[name], value) for name, value in values.items()}
        for preset, values in facts.presets.items()
    }


def _shown(place: _Place, value: Any) -> str:
    """Return the text of a field: as typed, or that of a stored value, or nothing."""
    setting, text = place.setting, ""
    if isinstance(value, Typed):
        text = value.texts.get(place.name, "")
    elif isinstance(value, Mapping) and not setting.problem(value.get(place.name)):
        text = as_text(setting, value[place.name])
    if text.startswith("\n"):
        return f"\n{text}"  # a browser drops the first line end of a text area
    return as_text(setting, setting.default) if not text and is_choice(setting) else text


def _input(setting: Setting) -> forms.Widget:
    if is_choice(setting):
        listed = list(setting.choices.items()) or [("true", "Yes"), ("false", "No")]
        chosen: forms.Widget = widgets.UnfoldAdminSelectWidget(choices=listed)
        return chosen
    usual = {"placeholder": as_text(setting, setting.default) if setting.default != "" else ""}
    if setting.lines or isinstance(setting.default, list | dict):
        area: forms.Widget = widgets.UnfoldAdminTextareaWidget({**usual, "rows": 3})
        return area
    limits = _limits(setting) if isinstance(setting.default, int | float) else {}
    line: forms.Widget = widgets.UnfoldAdminTextInputWidget({**usual, **limits})
    return line


def _limits(setting: Setting) -> dict[str, str]:
    whole = isinstance(setting.default, int)
    return {
        "type": "number",
        "min": f"{setting.low:.12g}",
        "max": f"{setting.high:.12g}",
        "step": "1" if whole else "any",
    }
