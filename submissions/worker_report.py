"""What a worker's check says at its start: what it holds, what not, and what that means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from common.text import printable
from competitions.guarantees import BASE, FOR_CODE, GUARANTEES, in_words, required_guarantees
from competitions.models import Competition
from submissions.needs import ENVIRONMENT_TITLES, environments_in_words, environments_of
from submissions.queue import queue_of
from submissions.sandboxes import Host

# More competitions than this are counted, not named.
MOST_NAMED = 20


def report(host: Host, *, queues: Sequence[str]) -> Iterator[str]:
    """Yield the lines for an operator; reads the competitions that are not closed."""
    yield "Proved in real trial runs:"
    yield f"  {in_words(host.held) or 'nothing'}."
    yield from _not_held(host)
    yield from _environments(host)
    yield "What that means:"
    yield f"  Formats whose code is the platform's {_verdict(BASE - host.held)}"
    yield f"  Formats with participants' code {_verdict(FOR_CODE - host.held)}"
    yield from _competitions(host, queues)


def _not_held(host: Host) -> Iterator[str]:
    if lacking := [name for name in GUARANTEES if name not in host.held]:
        yield "Not held here:"
    withdrawn = {str(name): seen for name, seen in host.proof.withdrawn.items()}
    for name in lacking:
        promised = f"declared, but a trial run failed: {printable(withdrawn.get(name, ''))}"
        why = promised if name in withdrawn else f"{host.backend.name} does not offer it here"
        yield f"  {GUARANTEES[name].title}: {why}."
    if lacking:
        yield "  docs/security.md says which hosts hold what."


def _environments(host: Host) -> Iterator[str]:
    yield f"Environments that runs get here: {environments_in_words(host.environments)}."
    if absent := environments_in_words(ENVIRONMENT_TITLES.keys() - host.environments):
        yield f"  Without {absent}: submissions of its formats wait for another worker."


def _verdict(lacking: frozenset[str]) -> str:
    if not lacking:
        return "run here, unless a competition requires more."
    return f"wait for another worker: this one lacks {in_words(lacking)}."


def _competitions(host: Host, queues: Sequence[str]) -> Iterator[str]:
    waiting = []
    open_ones = Competition.objects.exclude(state=Competition.State.CLOSED)
    for competition in open_ones.order_by("title"):
        if why := _why_not(competition, host, queues):
            waiting.append(f"  “{printable(competition.title)}”: {why}.")
    if not waiting:
        yield "  Every competition that is not closed can run here."
        return
    yield f"Competitions whose submissions wait for another worker: {len(waiting)}"
    yield from waiting[:MOST_NAMED]
    if len(waiting) > MOST_NAMED:
        yield f"  and {len(waiting) - MOST_NAMED} more."


def _why_not(competition: Competition, host: Host, queues: Sequence[str]) -> str:
    """Say what keeps a competition's submissions, or some, from running here, or nothing."""
    reasons = []
    if queue_of(competition) not in queues:
        reasons.append(f"it is served by the queue {queue_of(competition)}")
    if lacking := required_guarantees(competition) - host.held:
        reasons.append(f"it requires {in_words(lacking)}")
    if absent := environments_of(competition) - host.environments:
        reasons.append(f"some of its formats need {environments_in_words(absent)}")
    return " and ".join(reasons)
