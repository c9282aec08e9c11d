"""What awards ask, as data: the columns of an award and of its competition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

EARLIER, SHARE, SPLIT = "earlier", "share", "split"


@dataclass(frozen=True, slots=True)
class Nominated:
    """A name on an organizers' list; a jury also gives a place and a reason."""

    place: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One award. Places count from 1; ``amount`` is money for one place.

    ``ties`` is what becomes of equal points: EARLIER, SHARE or SPLIT.
    """

    slug: str
    title: str
    rule: str
    first: int = 1
    last: int = 1
    task: str = ""
    task_title: str = ""
    slice_name: str = ""
    max_parameters: int | None = None
    max_latency_ms: float | None = None
    max_memory_bytes: int | None = None
    no_extra_data: bool = False
    ties: str = EARLIER
    amount: Decimal | None = None
    currency: str = ""
    group: str = ""
    nominations: Mapping[int, Nominated] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a competition asks of all who win."""

    verified_address: bool = False
    declared_data: bool = False
