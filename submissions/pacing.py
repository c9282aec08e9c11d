"""When the end of a run may be seen: at steps that grow, so that its time says little.

A participant's code could tell hidden rows by how long it takes. Its end therefore shows only at
15 s, 22.5 s, 33.75 s…: an hour has 15 such steps, less than four bits, and an honest run waits at
most half of its own time.
"""

from __future__ import annotations

FIRST_SECONDS = 15.0
GROWTH = 1.5


def shown_end(seconds: float) -> float:
    """Return the first step at or after ``seconds`` of a run."""
    step = FIRST_SECONDS
    while step < seconds:
        step *= GROWTH
    return step
