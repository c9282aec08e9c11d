"""The score on named subgroups of the rows, and how far the worst lies behind the best.

Groups with fewer rows than SMALLEST_GROUP are only counted: their values would be mostly chance,
and would tell of single rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from competitions.kinds.metric_facts import Direction
from scoring.details.parts import Mask, ValueOf

SMALLEST_GROUP = 30
MOST_GROUPS = 50
"""Of one slice; each costs another value of the metric."""


def slice_groups(rows: Sequence[Mapping[str, str]]) -> dict[str, dict[str, Mask]]:
    """Return for each slice and each of its values the rows that have it.

    ``rows`` are slices by name, as label rows hold them. A row without a slice is in none of its
    groups.
    """
    members: dict[str, dict[str, list[int]]] = {}
    for place, slices in enumerate(rows):
        for name, value in slices.items():
            members.setdefault(name, {}).setdefault(value, []).append(place)
    return {
        name: {value: _mask(places, len(rows)) for value, places in sorted(values.items())}
        for name, values in sorted(members.items())
    }


def slice_details(
    groups: Mapping[str, Mapping[str, Mask]], part: Mask, value_of: ValueOf, direction: Direction
) -> dict[str, Any]:
    """Return for each slice its groups within ``part``, the largest first, and what they say.

    ``{name: {"groups": [{"value", "rows", "score"}, …], "hidden": n, "worst": value, "gap": x}}``;
    ``hidden`` counts groups that have rows and are not shown. ``worst`` and ``gap`` (best - worst,
    0 or more) are None where no group is shown.
    """
    found = {name: _one_slice(values, part, value_of, direction) for name, values in groups.items()}
    return {name: told for name, told in found.items() if told["groups"] or told["hidden"]}


def _one_slice(
    values: Mapping[str, Mask], part: Mask, value_of: ValueOf, direction: Direction
) -> dict[str, Any]:
    present = [(value, mask & part) for value, mask in values.items() if (mask & part).any()]
    present.sort(key=lambda pair: (-int(pair[1].sum()), pair[0]))
    large = [pair for pair in present if pair[1].sum() >= SMALLEST_GROUP][:MOST_GROUPS]
    shown: list[dict[str, Any]] = [
        {"value": value, "rows": int(mask.sum()), "score": value_of(mask)} for value, mask in large
    ]
    told: dict[str, Any] = {"groups": shown, "hidden": len(present) - len(shown)}
    if not shown:
        return {**told, "worst": None, "gap": None}
    best, worst = (min, max) if direction == "lower" else (max, min)
    scores = [group["score"] for group in shown]
    least = worst(scores)
    name = min(group["value"] for group in shown if group["score"] == least)
    return {**told, "worst": name, "gap": abs(best(scores) - least)}


def _mask(places: Sequence[int], rows: int) -> Mask:
    mask = np.zeros(rows, dtype=np.bool_)
    mask[list(places)] = True
    return mask
