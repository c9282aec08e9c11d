"""The families' show: every format and family is entered, every call names what exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from competitions.format_facts import FORMATS
from demo.entries import Call
from demo.families.__main__ import families_line
from demo.families.show import FAMILIES
from demo.models import PACKAGES
from demo.paths import EXAMPLES

SLUGS = {plan.slug for plan in FAMILIES.tasks}
CALLS = [(entry.participant, call) for entry in FAMILIES.everybody for call in entry.calls]


def places(call: Call) -> Iterator[str]:
    for part in call:
        yield from re.findall(r"\{(\w+)\}", part)


def test_every_format_is_entered_by_a_ranked_participant() -> None:
    assert {entry.format for entry in FAMILIES.entries} == FORMATS.keys()
    names = [entry.participant for entry in FAMILIES.everybody]
    assert len(set(names)) == len(names)


def test_every_format_is_allowed() -> None:
    assert set(FAMILIES.competition["allowed_formats"]) == FORMATS.keys()


@pytest.mark.parametrize(
    "family", ["pretrain_bert", "gpt2", "roberta", "xlnet", "transformer_xl", "resnet", "vgg"]
)
def test_every_family_is_made(family: str) -> None:
    assert any(family in " ".join(call) for _, call in CALLS)


@pytest.mark.parametrize(("participant", "call"), CALLS)
def test_a_call_names_a_script_its_options_and_tasks(participant: str, call: Call) -> None:
    source = (EXAMPLES / call[0]).read_text() + (EXAMPLES / "training.py").read_text()
    assert [part for part in call if part.startswith("--") and f'"{part}"' not in source] == []
    assert set(places(call)) <= {"data", "out", "scratch", *PACKAGES}
    for part in call:
        assert set(re.findall(r"\{(?:out|data)\}/(?:tasks/)?([\w-]+)(?:/|$)", part)) <= SLUGS


@pytest.mark.parametrize("entry", FAMILIES.everybody, ids=lambda entry: entry.participant)
def test_every_entry_has_a_model_at_its_root(entry: Any) -> None:
    """Without one the gate refuses it, as not every task has a folder of its own."""
    assert any(call[call.index("--out") + 1] == "{out}" for call in entry.calls)


def test_the_last_line_counts_what_got_points() -> None:
    first, second, *_ = FAMILIES.tasks

    def entry(name: str, **points: float) -> dict[str, Any]:
        tasks = {slug: {"points": value, "failed": False} for slug, value in points.items()}
        return {"participant": name, "tasks": tasks}

    entries = [
        entry("ada", **{first.slug: 40.5}),
        entry("chen", **{first.slug: 60.25, second.slug: 0.0}),
        entry("nils", **{first.slug: 0.0}),
    ]
    formats = {each.participant: each.format for each in FAMILIES.everybody}
    found = json.loads(families_line(FAMILIES, entries, formats))
    assert (found["kinds"], found["formats"]) == (1, 2)
    assert found["tasks"][0] == {
        "slug": first.slug,
        "kind": first.kind,
        "metric": first.metric,
        "points": 60.25,
    }
    assert [task["points"] for task in found["tasks"][1:]] == [0.0] * (len(FAMILIES.tasks) - 1)
    assert set(found) == {"kinds", "formats", "tasks"}
