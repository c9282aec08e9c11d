"""Small changes of texts that leave their meaning: what a robust model should not mind.

After Goel et al., Robustness Gym (https://arxiv.org/abs/2101.04840) and the perturbations of HELM
(https://arxiv.org/abs/2211.09110). All are deterministic: a text changes in the same way on every
machine, by a generator seeded by the row and the perturbation alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

_WORD = re.compile(r"[^\W\d_]{4,}")
_GAP = re.compile(r"(?<=\S) (?=\S)")
_TYPO_SHARE = 0.1
_SPACE_SHARE = 0.2
_MOST_SPACES = 3
_CONTRACTIONS = {
    "are not": "aren't",
    "can not": "can't",
    "cannot": "can't",
    "could not": "couldn't",
    "did not": "didn't",
    "does not": "doesn't",
    "do not": "don't",
    "had not": "hadn't",
    "has not": "hasn't",
    "have not": "haven't",
    "he is": "he's",
    "i am": "i'm",
    "i have": "i've",
    "i will": "i'll",
    "is not": "isn't",
    "it is": "it's",
    "she is": "she's",
    "should not": "shouldn't",
    "that is": "that's",
    "there is": "there's",
    "they are": "they're",
    "was not": "wasn't",
    "we are": "we're",
    "were not": "weren't",
    "what is": "what's",
    "will not": "won't",
    "would not": "wouldn't",
    "you are": "you're",
}
_SWAPPED = {short: long for long, short in _CONTRACTIONS.items()} | _CONTRACTIONS
_FORM = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, sorted(_SWAPPED, key=len, reverse=True)))})\b", re.IGNORECASE
)


def _lower_case(text: str, random: Random) -> str:
    return text.lower()


def _typos(text: str, random: Random) -> str:
    """Misspell a tenth of the words of 4 letters and more, at least one of them."""
    words = list(_WORD.finditer(text))
    return _replaced(text, _chosen(words, _TYPO_SHARE, random), lambda word: _typo(word, random))


def _extra_spaces(text: str, random: Random) -> str:
    """Widen a fifth of the spaces between words, at least one of them."""
    gaps = list(_GAP.finditer(text))
    wider = _chosen(gaps, _SPACE_SHARE, random)
    return _replaced(text, wider, lambda gap: " " * (2 + _below(_MOST_SPACES, random)))


def _contractions(text: str, random: Random) -> str:
    """Write what can be contracted short, and what is contracted in full."""
    return _FORM.sub(lambda found: _cased_as(found[0], _SWAPPED[found[0].lower()]), text)


@dataclass(frozen=True, slots=True)
class Perturbation:
    """``change(text, random)`` returns a text, the same one where there is nothing to change."""

    name: str
    title: str
    change: Callable[[str, Random], str]


PERTURBATIONS: Mapping[str, Perturbation] = {
    each.name: each
    for each in (
        Perturbation("lower_case", "Lower case", _lower_case),
        Perturbation("typos", "Typos", _typos),
        Perturbation("extra_spaces", "Extra spaces", _extra_spaces),
        Perturbation("contractions", "Contractions", _contractions),
    )
}


def perturbed(text: str, name: str, *, seed: str) -> str:
    """Return the text as the perturbation ``name`` changes it under ``seed``."""
    return PERTURBATIONS[name].change(text, Random(f"{name}\0{seed}"))  # noqa: S311 - no secret


def _below(end: int, random: Random) -> int:
    """Return a number from 0 to ``end`` - 1: of Random only ``random()`` is promised to stay."""
    return int(random.random() * end)


def _chosen(found: list[re.Match[str]], share: float, random: Random) -> list[re.Match[str]]:
    """Return a share of what was found, in the order of the text, at least one where any is."""
    count = max(1, round(share * len(found))) if found else 0
    ranked = sorted((random.random(), place) for place in range(len(found)))
    return [found[place] for place in sorted(place for _, place in ranked[:count])]


def _replaced(text: str, found: list[re.Match[str]], change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for each in found:
        parts += [text[end : each.start()], change(each[0])]
        end = each.end()
    return "".join([*parts, text[end:]])


def _typo(word: str, random: Random) -> str:
    """Swap, drop or double a letter inside a word; the first and the last stay."""
    place = 1 + _below(len(word) - 3, random)
    pair = word[place : place + 2]
    made = [new for new in (pair[::-1], pair[1], pair[0] + pair) if new != pair]
    return word[:place] + made[_below(len(made), random)] + word[place + 2 :]


def _cased_as(model: str, text: str) -> str:
    return text[0].upper() + text[1:] if model[0].isupper() else text
