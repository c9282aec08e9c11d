"""Award rules in words: what each rule is, and what one award's rule says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from competitions.models import Award
from competitions.quantity_text import size_text

_Rule = Award.Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """``fields`` are those columns of an award that its rule reads, beside first and last place."""

    explanation: str
    fields: tuple[str, ...] = ()


RULES: Mapping[str, RuleWords] = {
    _Rule.OVERALL_RANK: RuleWords(
        explanation="The best by final score. Places 1 to 3 give three prizes."
    ),
    _Rule.TASK_RANK: RuleWords(
        explanation="The best by points in one task. Save new tasks first, then name the task.",
        fields=("task",),
    ),
    _Rule.CONSTRAINTS: RuleWords(
        explanation="The best by final score among models within every constraint that is given. "
        "Parameters are counted in the files. Latency is the 95th percentile of single rows in the "
        "slowest task, memory the peak of the run, both as the platform measured them in the run "
        "that counts; where a participant's own code ran, latency and parameters are not known, "
        "and it wins no award that asks for them. No extra data: the submission declares "
        "“extra_data: none”.",
        fields=("max_parameters", "max_latency_ms", "max_memory_bytes", "no_extra_data"),
    ),
    _Rule.WORST_GROUP: RuleWords(
        explanation="The best by points on its worst subgroup: of a slice that the labels of one "
        "task name, among groups of at least 30 private rows.",
        fields=("task", "slice_name"),
    ),
    _Rule.MOST_IMPROVED: RuleWords(
        explanation="Who gained most points from the first scored submission to the one that "
        "counts, both on the private rows. Only gains count."
    ),
    _Rule.LISTED: RuleWords(
        explanation="The best by final score among participants on a list that you keep: students, "
        "first-time teams. Names are put on it after publication, until the results are published."
    ),
    _Rule.JURY: RuleWords(
        explanation="Whom you choose, each with a reason that is published. Names and places are "
        "given after publication, until the results are published."
    ),
}


def rule_sentence(award: Award) -> str:
    """Say who gets the award, as the rule stands on the private test rows, and what of ties."""
    said = _WORDS.get(award.rule, _overall)(award)
    return " ".join(part for part in (f"{_places(award)} {said}.", _ties(award)) if part)


def constraint_words(award: Award) -> list[str]:
    """Name every constraint that is given: “at most 10 000 000 parameters”."""
    found = []
    if award.max_parameters is not None:
        most = f"{award.max_parameters:,}".replace(",", "\u202f")
        found.append(f"at most {most} parameters")
    if award.max_latency_ms is not None:
        found.append(f"a latency of at most {award.max_latency_ms:g} ms")
    if award.max_memory_bytes is not None:
        found.append(f"at most {size_text(award.max_memory_bytes)} of memory")
    if award.no_extra_data:
        found.append("no extra data")
    return found


def money(award: Award) -> str:
    """Write the amount of one place, or nothing."""
    if award.prize_amount is None:
        return ""
    return f"{award.prize_amount:,.2f}".replace(",", "\u202f") + f" {award.prize_currency}"


def _places(award: Award) -> str:
    if award.rank_from == award.rank_to:
        return f"Place {award.rank_from}"
    return f"Places {award.rank_from} to {award.rank_to}"


def _ties(award: Award) -> str:
    if award.ties == Award.Ties.SHARE:
        return "Equal points: all of them get it."
    if award.ties == Award.Ties.SPLIT:
        return "Equal points: the prize is divided between them."
    return ""


def _overall(award: Award) -> str:
    return "by final score"


def _task(award: Award) -> str:
    return f"in the task “{award.task.title}”" if award.task else "in one task"


def _constraints(award: Award) -> str:
    return f"by final score among models of {_listed(constraint_words(award))}"


def _worst_group(award: Award) -> str:
    return f"by the worst group of “{award.slice_name}” {_task(award)}"


def _most_improved(award: Award) -> str:
    return "by points gained from the first submission to the one that counts"


def _by_list(award: Award) -> str:
    return "by final score among those on the organizers' list"


def _jury(award: Award) -> str:
    return "by the jury's choice, with its reason"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


_WORDS: Mapping[str, Callable[[Award], str]] = {
    _Rule.OVERALL_RANK: _overall,
    _Rule.TASK_RANK: _task,
    _Rule.CONSTRAINTS: _constraints,
    _Rule.WORST_GROUP: _worst_group,
    _Rule.MOST_IMPROVED: _most_improved,
    _Rule.LISTED: _by_list,
    _Rule.JURY: _jury,
}
