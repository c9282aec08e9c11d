"""Award rules in words."""

from __future__ import annotations

from competitions.models import Award


def rule_sentence(award: Award) -> str:
    """Say who gets the award, as the rule stands on the private test rows."""
    places = _places(award)
    if award.rule == Award.Rule.TASK_RANK and award.task is not None:
        return f"{places} in the task “{award.task.title}”."
    if award.rule == Award.Rule.BEST_UNDER_PARAMETERS and award.max_parameters is not None:
        most = f"{award.max_parameters:,}".replace(",", "\u202f")
        return f"{places} by final score among models of at most {most} parameters."
    return f"{places} by final score."


def _places(award: Award) -> str:
    if award.rank_from == award.rank_to:
        return f"Place {award.rank_from}"
    return f"Places {award.rank_from} to {award.rank_to}"
