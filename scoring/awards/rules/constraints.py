"""The best by final score within bounds: parameters, latency, memory, no extra data.

What the platform did not measure is not within a bound: whose own code ran could report any
latency, and a submission that is silent about its data has not said that there was none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from competitions.quantity_text import size_text
from scoring.awards.facts import Contender
from scoring.awards.rules.base import Outcome, Refused, by_points, rule
from scoring.awards.terms import Terms

_Writer = Callable[[float], str]
NOTHING = frozenset({"none", "no", "nothing"})
"""What ``extra_data`` may say for none; case and a full stop do not matter."""


@rule("constraints")
def constraints(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the final score; refuse with every bound that is not kept."""
    broken = list(_broken(terms, contender))
    if broken:
        return Refused(" ".join(broken))
    words = f"by final score among models of {_words(terms)}"
    return by_points(contender.final_points, where="overall", words=words)


def declares_no_extra_data(extra_data: str) -> bool:
    """Tell whether a declaration says that nothing beyond the competition's data was used."""
    return extra_data.strip().rstrip(".").casefold() in NOTHING


def _broken(terms: Terms, contender: Contender) -> Iterator[str]:
    if terms.max_parameters is not None:
        yield from _above(
            contender.parameters, terms.max_parameters, "parameters", lambda x: f"{x:,.0f}"
        )
    if terms.max_latency_ms is not None:
        yield from _above(
            contender.latency_ms, terms.max_latency_ms, "latency", lambda x: f"{x:.4g} ms"
        )
    if terms.max_memory_bytes is not None:
        yield from _above(
            contender.memory_bytes, terms.max_memory_bytes, "memory", lambda x: size_text(int(x))
        )
    if terms.no_extra_data and not declares_no_extra_data(contender.extra_data):
        said = contender.extra_data.strip()
        yield (
            f"Declares extra data: {said}."
            if said
            else "Does not declare that it used no extra data (extra_data: none)."
        )


def _above(found: float | None, most: float, name: str, write: _Writer) -> Iterator[str]:
    if found is None:
        yield f"The platform did not measure its {name}."
    elif found > most:
        yield f"Its {name}: {write(found)}, above {write(most)}."


def _words(terms: Terms) -> str:
    bounds = []
    if terms.max_parameters is not None:
        bounds.append(f"at most {terms.max_parameters:,} parameters")
    if terms.max_latency_ms is not None:
        bounds.append(f"at most {terms.max_latency_ms:g} ms latency")
    if terms.max_memory_bytes is not None:
        bounds.append(f"at most {size_text(terms.max_memory_bytes)} of memory")
    if terms.no_extra_data:
        bounds.append("no extra data")
    return " and ".join(bounds)
