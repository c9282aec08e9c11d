"""Parses the losses of trainings in a task's report: untrusted, bounded, rounded.

They are about the public train split alone. Four digits draw the same curve as fifteen, and leave
less room for anything else to be told by them.
"""

import math
from itertools import pairwise

MAX_CURVES = 10
MAX_POINTS = 200
_MOST_STEPS = 10**8
_LARGEST_LOSS = 1e9
_DIGITS = 4


def parse_curves(said: object) -> list[dict[str, list[int] | list[float]]]:
    """Curves with `steps` (whole numbers that grow) and as many `losses` (0 and above).

    Nothing at all where any of them is malformed.
    """
    if not isinstance(said, list) or len(said) > MAX_CURVES:
        return []
    found = [_curve(each) for each in said]
    return [each for each in found if each] if all(found) else []


def _curve(said: object) -> dict[str, list[int] | list[float]]:
    if not isinstance(said, dict):
        return {}
    steps, losses = said.get("steps"), said.get("losses")
    if not isinstance(steps, list) or not isinstance(losses, list):
        return {}
    if not 1 <= len(steps) == len(losses) <= MAX_POINTS:
        return {}
    if not all(type(step) is int and 1 <= step <= _MOST_STEPS for step in steps):
        return {}
    if any(one >= other for one, other in pairwise(steps)):
        return {}
    if not all(_is_loss(loss) for loss in losses):
        return {}
    return {"steps": steps, "losses": [float(f"{loss:.{_DIGITS}g}") for loss in losses]}


def _is_loss(value: object) -> bool:
    if type(value) not in (int, float):
        return False
    assert isinstance(value, int | float)
    return 0 <= value < _LARGEST_LOSS and math.isfinite(value)
