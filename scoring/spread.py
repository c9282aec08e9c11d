"""How far the values of several seeds or experiments lie apart, as it may be told.

Two digits say how sure a mean is. More would say more of hidden rows and nothing of use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.shown_value import shown_decimals

_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation over ``rounds`` values (n - 1), as it is told; ``of`` names those."""

    sd: float
    rounds: int
    of: str


def spread_of(value: float | None, details: Mapping[str, Any]) -> Spread | None:
    """Return the spread behind a score's value; None where it rests on one round."""
    seeds = details.get("seeds")
    if value is None or not seeds:
        return None
    sd = float(seeds["sd"])
    of = "experiments" if details.get("probe", {}).get("preset") == "mteb" else "seeds"
    return Spread(_shown(sd, value), len(seeds["values"]), of)


def _shown(sd: float, value: float) -> float:
    if sd <= 0:
        return 0.0
    decimals = _DIGITS - 1 - math.floor(math.log10(sd))
    return round(sd, min(decimals, shown_decimals(value)))
