"""An answer out of a text, with the submission's own head.

As in SQuAD v2: the best pair of a first and a last token, against the score of "no answer" at the
token that stands for the whole text, or at the first where there is none. A text longer than the
model can read is read in windows that overlap; the best window answers, and "no answer" must be the
best guess of every window.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Encoded, Features, Outputs, Places, Purpose
from ..items import Texts
from ..job import Job
from ..predictions import answer_line
from .base import register

START, END = "start_logits", "end_logits"
LONGEST = 10_000
"""Characters of an answer; the platform takes none that is longer."""

_CANDIDATES = 40
_MOST_WINDOWS = 200
_OVERLAP = 3
"""A window begins after two thirds of what the one before it could read."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a row's context, from one of its characters on."""

    row: int
    start: int
    item: Texts


@dataclass(frozen=True, slots=True)
class Guess:
    """The best answer of a window, its score, and the score of no answer."""

    text: str
    score: float
    null: float


@register("span")
class Span:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.SPAN

    def predict(self, job: Job) -> Iterator[str]:
        longest = int(job.task.settings.get("max_answer_tokens", 30))
        windows, encoded = _windows(job)
        guesses: dict[int, list[Guess]] = {}
        items = [window.item for window in windows]
        for batch in job.run(encoded, items, (START, END)):
            _check(batch.outputs)
            for place, index in enumerate(batch.indices):
                assert encoded.places is not None
                found = best_span(
                    batch.outputs,
                    place,
                    encoded.places[index],
                    items[index].parts[1],
                    longest,
                    null=_null(job, encoded.examples[index]),
                )
                guesses.setdefault(windows[index].row, []).append(found)
        for number, row in enumerate(job.rows):
            yield answer_line(row.id, _answer(guesses.get(number, [])))


def _check(outputs: Outputs) -> None:
    """Two numbers a token. Raises ``bad_model``."""
    for name, found in zip((START, END), outputs.every(START, END), strict=True):
        if found.ndim != 2:
            raise RunnerError(
                Code.BAD_MODEL,
                f"The model gave {name} in {found.ndim} dimensions; expected are 2: texts and "
                "tokens.",
            )


def _answer(guesses: list[Guess]) -> dict[str, str | float]:
    best = max(guesses, key=lambda guess: (guess.score, guess.text))
    null = min(guess.null for guess in guesses)
    no_answer = 1 / (1 + np.exp(np.clip(best.score - null, -500, 500)))
    return {
        "answer": best.text if best.score >= null else "",
        "no_answer_prob": float(no_answer),
    }


def _windows(job: Job) -> tuple[list[Window], Encoded]:
    """All windows of all rows, encoded; a row's next window begins where the last could read."""
    question, context = job.task.reads
    waiting = [
        Window(number, 0, Texts((str(row.input[question]), str(row.input[context]))))
        for number, row in enumerate(job.rows)
    ]
    done: list[Window] = []
    parts: list[Encoded] = []
    while waiting and len(done) < _MOST_WINDOWS * len(job.rows):
        encoded = job.encode([window.item for window in waiting], places=True)
        done += waiting
        parts.append(encoded)
        waiting = [
            following
            for window, cut, places in zip(
                waiting, encoded.truncated, encoded.places or (), strict=True
            )
            if cut and (following := _following(window, places)) is not None
        ]
    places = [each for part in parts for each in part.places or ()]
    examples = [each for part in parts for each in part.examples]
    truncated = [False] * len(examples)  # what one window lacks, the next one has
    job.truncated_rows = 0
    return done, Encoded.of_tokens(examples, truncated, places)


def _following(window: Window, places: Places) -> Window | None:
    """The window after this one; None where nothing of the context could be read."""
    tokens = np.flatnonzero(places.parts == 1)
    if len(tokens) < _OVERLAP:
        return None
    question, context = window.item.parts
    skip = int(places.offsets[tokens[len(tokens) * 2 // _OVERLAP]][0])
    if skip <= 0:
        return None
    return Window(window.row, window.start + skip, Texts((question, context[skip:])))


def _null(job: Job, example: Features) -> int:
    """The place of “no answer”."""
    found = np.flatnonzero(example["input_ids"] == job.model.text.cls_id)
    return int(found[0]) if len(found) else 0


def best_span(
    outputs: Outputs, row: int, places: Places, context: str, longest: int, *, null: int
) -> Guess:
    """The best span of at most ``longest`` tokens, the first of equals."""
    start = outputs.tokens(START, row).astype(np.float64)
    end = outputs.tokens(END, row).astype(np.float64)
    inside = np.flatnonzero((places.parts == 1) & (places.offsets[:, 1] > places.offsets[:, 0]))
    none = float(start[null] + end[null])
    if not len(inside):
        return Guess("", -np.inf, none)
    firsts = inside[np.argsort(-start[inside], kind="stable")[:_CANDIDATES]]
    lasts = inside[np.argsort(-end[inside], kind="stable")[:_CANDIDATES]]
    pairs = [
        (float(start[first] + end[last]), -int(first), -int(last))
        for first in firsts
        for last in lasts
        if first <= last < first + longest
    ]
    if not pairs:
        return Guess("", -np.inf, none)
    score, first, last = max(pairs)
    text = context[places.offsets[-first][0] : places.offsets[-last][1]]
    return Guess(text.strip()[:LONGEST], score, none)
