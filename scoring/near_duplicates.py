"""Which of several sets of answers are nearly the same, beyond what good models explain. Pure.

Two good models agree on almost every row because both are right, so agreement alone proves
nothing. What tells is agreement where an answer is *odd*: not the plain one, which most of the
other entries give. Of the rows on which one of the two is odd, count those on which the other is
odd in the same way. Models that have nothing to do with each other share some odd answers too, as
some rows mislead everybody; how many, the other pairs show. The chance of a pair's count is that
of a binomial tail with the median rate of the other pairs, never less than one half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

LEAST_ROWS = 31
LEAST_EQUAL = 0.99
LARGEST_CHANCE = 1e-3
_LEAST_RATE = 0.5
# Enough pairs to know how alike strangers are, and enough others to know what is plain; all of
# them would take long on large boards.
_MOST_PAIRS_FOR_RATE = 200
_MOST_OTHERS = 100
# Where nearly all entries are perfect, nearly all pairs are close: the closest are looked at.
_MOST_CLOSE = 2_000
# A plain answer needs somebody else; with fewer, the answers of good models say too little.
_LEAST_OTHERS = 1

Codes = NDArray[np.int64]
Pair = tuple[str, str]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Two entries' answers: rows, equal ones, rows with an odd answer, those odd alike.

    ``chance`` bounds how probable so many are among all pairs, were the two strangers.
    """

    first: str
    second: str
    rows: int
    equal: int
    odd: int
    odd_alike: int
    chance: float


def near_duplicates(answers: Mapping[str, Codes]) -> list[Likeness]:
    """Return the pairs that are alike beyond chance, the surest first.

    ``answers`` maps an entry's name to one code for each row, the same rows in the same order;
    equal codes mean equal answers, and an absent answer is a code as well.
    """
    if not _is_enough(answers):
        return []
    close = _close(answers)
    closest = sorted(close, key=lambda pair: (-close[pair], pair))[:_MOST_CLOSE]
    found = likenesses(answers, closest)
    sure = [each for each in found if each.chance <= LARGEST_CHANCE]
    return sorted(sure, key=lambda each: (each.chance, each.first, each.second))


def likenesses(answers: Mapping[str, Codes], pairs: Sequence[Pair]) -> list[Likeness]:
    """Return how alike these pairs are, alike or not, in their order.

    With too few rows or entries nothing is odd, and the chance is 1: they tell nothing.
    """
    if not _is_enough(answers):
        return [_bare(answers, pair) for pair in pairs]
    close = _close(answers)
    everything = list(combinations(sorted(answers), 2))
    strangers = _spread([each for each in everything if each not in close], _MOST_PAIRS_FOR_RATE)
    divided = _divided(answers)
    rate = _usual_rate(divided, strangers)
    found = []
    for pair in pairs:
        odd, alike = _odd(divided, pair)
        chance = min(1.0, len(everything) * float(binom.sf(alike - 1, odd, rate)))
        found.append(replace(_bare(answers, pair), odd=odd, odd_alike=alike, chance=chance))
    return found


def _is_enough(answers: Mapping[str, Codes]) -> bool:
    rows = min((len(codes) for codes in answers.values()), default=0)
    return rows >= LEAST_ROWS and len(answers) >= 2 + _LEAST_OTHERS


def _close(answers: Mapping[str, Codes]) -> dict[Pair, int]:
    """Return the pairs that agree on nearly all rows, with how many these are."""
    rows = min(len(codes) for codes in answers.values())
    equal = {pair: _equal(answers, pair) for pair in combinations(sorted(answers), 2)}
    return {pair: count for pair, count in equal.items() if count >= LEAST_EQUAL * rows}


def _divided(answers: Mapping[str, Codes]) -> dict[str, Codes]:
    """Keep the rows on which not all agree: nothing is odd on the others."""
    first = next(iter(answers.values()))
    differ = np.zeros(len(first), dtype=np.bool_)
    for codes in answers.values():
        differ |= codes != first
    return {name: codes[differ] for name, codes in answers.items()}


def _spread(items: Sequence[_Item], most: int) -> Sequence[_Item]:
    """Return at most ``most`` of the items, evenly from the whole."""
    return items[:: -(-len(items) // most)] if items else items


def _bare(answers: Mapping[str, Codes], pair: Pair) -> Likeness:
    return Likeness(
        first=pair[0],
        second=pair[1],
        rows=len(answers[pair[0]]),
        equal=_equal(answers, pair),
        odd=0,
        odd_alike=0,
        chance=1.0,
    )


def _usual_rate(answers: Mapping[str, Codes], pairs: Sequence[Pair]) -> float:
    counts = [_odd(answers, pair) for pair in pairs]
    rates = [alike / odd for odd, alike in counts if odd]
    return max(_LEAST_RATE, median(rates)) if rates else _LEAST_RATE


def _equal(answers: Mapping[str, Codes], pair: Pair) -> int:
    return int(np.count_nonzero(answers[pair[0]] == answers[pair[1]]))


def _odd(answers: Mapping[str, Codes], pair: Pair) -> tuple[int, int]:
    """Return the rows on which either is odd, and those on which both are in the same way."""
    first, second = answers[pair[0]], answers[pair[1]]
    others = [name for name in answers if name not in pair]
    plain = _most_common(np.stack([answers[name] for name in _spread(others, _MOST_OTHERS)]))
    odd = (first != plain) | (second != plain)
    return int(np.count_nonzero(odd)), int(np.count_nonzero(odd & (first == second)))


def _most_common(codes: NDArray[np.int64]) -> Codes:
    """Return the most common code of each column of (entries, rows); ties go to the smallest."""
    ordered = np.sort(codes, axis=0)
    plain: Codes = ordered[0]
    most = count = np.ones(codes.shape[1], dtype=np.int64)
    for before, here in pairwise(ordered):
        count = np.where(here == before, count + 1, 1)
        plain = np.where(count > most, here, plain)
        most = np.maximum(count, most)
    return plain
