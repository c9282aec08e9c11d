"""What the engine knows of a participation: measured, declared, or stored by the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

GroupPoints = Mapping[tuple[str, str], Mapping[str, float]]
"""By task slug and slice name: points (0 to 100) of every group with enough rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One participation at the close. Points are those of the private rows, 0 to 100.

    ``key`` tells contenders apart. ``on_board`` is false for one without a counting submission,
    and then nothing below it is known. ``latency_ms`` and ``parameters`` are None where the
    platform did not measure them. ``first_points`` belong to the first scored submission; they are
    None where that is the counting one. ``state`` is ``active``, ``withdrawn`` or
    ``disqualified``; ``unverified`` names the members whose address is not confirmed.
    """

    key: int
    name: str
    state: str = "active"
    ruling: str = ""
    is_baseline: bool = False
    organizes: bool = False
    rules_accepted: bool = True
    unverified: tuple[str, ...] = ()
    on_board: bool = True
    submitted_at: datetime
    final_points: float | None = None
    task_points: Mapping[str, float | None] = field(default_factory=dict)
    parameters: int | None = None
    latency_ms: float | None = None
    memory_bytes: int | None = None
    training_data: str = ""
    extra_data: str = ""
    group_points: GroupPoints = field(default_factory=dict)
    first_points: float | None = None
    rank: int | None = None
    rank_best: int | None = None
    rank_worst: int | None = None
