"""Attacks that fit public rows by what the board tells; nothing of them works on other rows.

The hidden test set has two equal classes and the attacker knows nothing of it: answers are 0 or 1
at random, so their true accuracy is 50 points. Which rows are public they do not know either. A
model can answer so although it never sees a row beforehand: by a hash of the input.

``boost`` is that of Blum & Hardt 2015: random submissions, of which those told above chance vote.
``climb`` changes a share of the best told answers at random and keeps what is told to be better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.guard.boards import Board

Answers: TypeAlias = NDArray[np.int8]
CHANCE = 50.0
_CHANGED = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class HiddenSet:
    """Hidden labels (n,) of which the first ``public`` are behind the board."""

    labels: Answers
    public: int

    def ask(self, board: Board, answers: Answers) -> float | None:
        """Submit answers; return what is told."""
        return board.ask((answers == self.labels)[: self.public])

    def gain(self, answers: Answers) -> float:
        """Return by how many points public rows flatter the answers, against private ones."""
        right = answers == self.labels
        return 100 * float(right[: self.public].mean() - right[self.public :].mean())


Attack: TypeAlias = Callable[[HiddenSet, Board, int, np.random.Generator], Answers]


def hidden_set(draw: np.random.Generator, *, public: int, private: int) -> HiddenSet:
    """Draw labels of two equal classes."""
    return HiddenSet(_random(draw, public + private), public)


def boost(hidden: HiddenSet, board: Board, tries: int, draw: np.random.Generator) -> Answers:
    """Submit random answers; return the majority of those that were told above chance."""
    size = len(hidden.labels)
    votes = np.zeros(size)
    for _ in range(tries):
        answers = _random(draw, size)
        told = hidden.ask(board, answers)
        if told is not None and told > CHANCE:
            votes += 2.0 * answers - 1
    # Half a vote at random where there is a draw.
    votes += draw.random(size) - 0.5
    return (votes > 0).astype(np.int8)


def climb(hidden: HiddenSet, board: Board, tries: int, draw: np.random.Generator) -> Answers:
    """Change some of the best answers at random, and keep what is told to be better."""
    best = _random(draw, len(hidden.labels))
    height = hidden.ask(board, best)
    for _ in range(tries - 1):
        changed = draw.random(len(best)) < _CHANGED
        answers = np.where(changed, 1 - best, best)
        told = hidden.ask(board, answers)
        if told is not None and (height is None or told > height):
            best, height = answers, told
    return best


def _random(draw: np.random.Generator, size: int) -> Answers:
    return draw.integers(0, 2, size, dtype=np.int8)
