"""All that a task can be made of: kinds, metrics, tracks and formats, as data and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from competitions.format_facts import FORMATS
from competitions.kinds import KINDS
from competitions.kinds.base import AnswerSchema, Family, TaskKind
from competitions.kinds.metric_facts import METRIC_FACTS, MetricFacts
from competitions.kinds.settings import Setting
from competitions.kinds.tracks import PREDICT, TRACKS

_HEAD = """# Catalogue

Task kinds, metrics, tracks and formats, as `manage.py catalog` knows them. This page is made by
`python manage.py catalog --markdown > docs/catalog.md`; a test keeps the two equal.

Rows are JSON Lines. An input and its label lie in two files (`inputs.jsonl`, `labels.jsonl`) under
the same id; a row of the train split (`train.jsonl`) holds both.
"""


def catalog() -> dict[str, Any]:
    """Return the whole catalogue as plain data."""
    return {
        "kinds": [_kind(kind) for kind in KINDS.values()],
        "metrics": [_metric(facts) for _, facts in sorted(METRIC_FACTS.items())],
        "tracks": [
            {
                "slug": track.slug,
                "title": track.title,
                "sentence": track.sentence,
                "settings": _settings(track.settings),
            }
            for track in TRACKS.values()
        ],
        "formats": [asdict(facts) for facts in FORMATS.values()],
    }


def _kind(kind: TaskKind) -> dict[str, Any]:
    return {
        "slug": kind.slug,
        "title": kind.title,
        "family": str(kind.family),
        "description": kind.description,
        "modality": str(kind.modality),
        "head": kind.head,
        "reads": list(kind.reads),
        "classes": list(kind.fixed_classes) or kind.needs_classes,
        "metrics": list(kind.metrics),
        "tracks": list(kind.tracks),
        "answers": {
            track: {"required": dict(schema.required), "optional": dict(schema.optional)}
            for track, schema in kind.answers.items()
        },
        "settings": _settings(kind.settings_of(PREDICT)),
        "example": {
            "input": dict(kind.examples.input),
            "label": dict(kind.examples.label),
            "answers": {name: dict(row) for name, row in kind.examples.answers.items()},
        },
    }


def _metric(facts: MetricFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "title": facts.title,
        "sentence": facts.sentence,
        "direction": facts.direction,
        "range": [facts.low, facts.high],
        "reference": facts.reference,
        "needs": list(facts.needs),
        "kinds": [kind.slug for kind in KINDS.values() if facts.name in kind.metrics],
    }


def _settings(settings: Mapping[str, Setting]) -> dict[str, Any]:
    return {
        name: {
            "title": setting.title,
            "default": setting.default,
            "help": setting.help,
            "choices": dict(setting.choices),
        }
        for name, setting in settings.items()
    }


def markdown() -> str:
    """Return the catalogue as a page."""
    return "\n".join([_HEAD, *_kinds_page(), *_metrics_page(), *_tracks_page(), *_formats_page()])


def _kinds_page() -> Iterator[str]:
    for family in Family:
        yield f"## {family.capitalize()}\n"
        for kind in KINDS.values():
            if kind.family is family:
                yield from _kind_page(kind)


def _kind_page(kind: TaskKind) -> Iterator[str]:
    yield f"### {kind.title}\n"
    yield f"`{kind.slug}`. {kind.description}\n"
    lines = [kind.examples.input, kind.examples.label]
    yield _block(lines)
    for track, row in kind.examples.answers.items():
        yield f"Answer in the track {track}:\n"
        yield _block([row])
        yield "\n".join(_keys(kind.answers[track])) + "\n"
    titles = ", ".join(f"`{name}`" for name in kind.metrics)
    yield f"Metrics: {titles}.\n"
    yield from _settings_page(kind.settings_of(PREDICT))


def _keys(schema: AnswerSchema) -> Iterator[str]:
    yield from (f"- `{key}`: {meaning}" for key, meaning in schema.required.items())
    yield from (f"- `{key}` (may be absent): {meaning}" for key, meaning in schema.optional.items())


def _block(rows: Iterable[Mapping[str, Any]]) -> str:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"```json\n{text}\n```\n"


def _settings_page(settings: Mapping[str, Setting]) -> Iterator[str]:
    if not settings:
        return
    yield "| setting | in forms | default | meaning |\n|---|---|---|---|"
    for name, setting in settings.items():
        default = json.dumps(setting.default, ensure_ascii=False)
        choices = f" One of {', '.join(setting.choices)}." if setting.choices else ""
        meaning = _cell(setting.help) + choices
        yield f"| `{name}` | {setting.title} | `{_cell(default)}` | {meaning} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _metrics_page() -> Iterator[str]:
    yield "## Metrics\n"
    yield "| name | title | range | better | reference | meaning |\n|---|---|---|---|---|---|"
    for name, facts in sorted(METRIC_FACTS.items()):
        low, high = (_end(value) for value in (facts.low, facts.high))
        cells = (
            f"`{name}`",
            facts.title,
            f"{low} to {high}",
            facts.direction,
            facts.reference,
            facts.sentence + _needs(facts),
        )
        yield "| " + " | ".join(map(_cell, cells)) + " |"
    yield ""


def _needs(facts: MetricFacts) -> str:
    return "".join(f" Answers need `{name}`." for name in facts.needs)


def _end(value: float | None) -> str:
    return "no end" if value is None else f"{value:g}"


def _tracks_page() -> Iterator[str]:
    yield "## Tracks\n"
    for track in TRACKS.values():
        yield f"### {track.title}\n"
        kinds = ", ".join(kind.slug for kind in KINDS.values() if track.slug in kind.tracks)
        yield f"`{track.slug}`. {track.sentence} Kinds: {kinds}.\n"
        yield from _settings_page(track.settings)


def _formats_page() -> Iterator[str]:
    yield "## Formats\n"
    for facts in FORMATS.values():
        yield f"### {facts.name}\n"
        yield f"Recognised by {facts.files}. {facts.runs} Example: `examples/{facts.example}`.\n"
        yield "Refused:\n"
        yield "\n".join(f"- {reason}" for reason in facts.refused) + "\n"
