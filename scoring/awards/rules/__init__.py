"""One file a rule; importing this package registers them all."""

from scoring.awards.rules import (
    constraints,
    jury,
    listed,
    most_improved,
    overall_rank,
    task_rank,
    worst_group,
)
from scoring.awards.rules.base import RULES, Measured, Refused

__all__ = [
    "RULES",
    "Measured",
    "Refused",
    "constraints",
    "jury",
    "listed",
    "most_improved",
    "overall_rank",
    "task_rank",
    "worst_group",
]
