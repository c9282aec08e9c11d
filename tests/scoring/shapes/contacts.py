"""Rows of contacts: short and long sequences, some hits, equal probabilities."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, combinations

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import Contacts, ContactsAnswer

SHAPE = Shape.CONTACTS
CLASSES: tuple[str, ...] = ()
_PROBABILITIES = st.sampled_from([0.0, 0.25, 0.5, 1.0])


def answer(pairs: Sequence[tuple[int, int, float]]) -> ContactsAnswer:
    """Pack (i, j, p) as the reader does."""
    places = chain.from_iterable((i, j) for i, j, _ in pairs)
    return ContactsAnswer(array("I", places), array("d", [p for _, _, p in pairs]))


def _all_pairs(length: int) -> list[tuple[int, int]]:
    return list(combinations(range(length), 2))


LABELS = [
    Contacts(40, tuple(pair for pair in _all_pairs(40) if pair[1] - pair[0] >= 6)),
    Contacts(60, tuple(pair for pair in _all_pairs(60) if sum(pair) % 2)),
]

EMPTY = answer([])


def perfect(label: Contacts) -> ContactsAnswer:
    """Name every true contact."""
    return answer([(i, j, 1.0) for i, j in label.pairs])


def wrong(label: Contacts) -> ContactsAnswer:
    """Name pairs that don't touch alone."""
    apart = set(_all_pairs(label.length)).difference(label.pairs)
    return answer([(i, j, 1.0) for i, j in sorted(apart)])


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Contacts, ContactsAnswer]:
    length = draw(st.sampled_from([1, 5, 8, 27, 31]))
    pairs = _all_pairs(length)
    if not pairs:
        return Contacts(length, ()), answer([])
    some = st.lists(st.sampled_from(pairs), unique=True, max_size=12)
    true = draw(some)
    # Half of what an answer names is drawn from what is true.
    named = list(dict.fromkeys([*true[: draw(st.integers(0, 6))], *draw(some)]))
    given = draw(st.lists(_PROBABILITIES, min_size=len(named), max_size=len(named)))
    pairs_given = [(i, j, p) for (i, j), p in zip(named, given, strict=True)]
    return Contacts(length, tuple(sorted(true))), answer(pairs_given)


ROWS = _rows()
