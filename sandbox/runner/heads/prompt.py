"""Prompts: a generative model is asked by the task's template, with no training.

A class is chosen by the log-likelihood of its text after the prompt, any other answer is written
token by token. Classes are compared by models that read from left to right.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Array, Encoded, Purpose
from ..items import Texts
from ..job import Job
from ..predictions import answer_line
from .base import register
from .generate import generated
from .prompt_texts import fitted, prompts_of
from .text_bits import log2_probability

WRITTEN = {"generate": "text", "span": "answer"}
"""The key of an answer that is written, by the kind's own head."""


@register("prompt")
class Prompt:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.GENERATOR if task.head in WRITTEN else Purpose.CAUSAL

    def predict(self, job: Job) -> Iterator[str]:
        if job.task.head in WRITTEN:
            return _write(job)
        if job.task.head == "classes":
            return _choose(job)
        raise RunnerError(Code.INTERNAL, f"no prompt for the head {job.task.head}")


def _write(job: Job) -> Iterator[str]:
    """In the order of the batches; "no answer", which only spans have, is an empty one."""
    settings = job.task.settings
    nothing, most = str(settings.get("no_answer", "")), int(settings["max_new_tokens"])
    prompts = prompts_of(job, lambda label: label[0] if label else nothing)
    texts = [Texts((text.rstrip(),)) for text in fitted(job, prompts, longest_answer="", room=most)]
    key, cut = WRITTEN[job.task.head], job.truncated_rows
    for index, text in generated(job, texts, most=most, stop=settings["stop"]):
        none = job.task.head == "span" and text == nothing
        yield answer_line(job.rows[index].id, {key: "" if none else text})
    job.truncated_rows = cut


def _choose(job: Job) -> Iterator[str]:
    labels, settings = job.task.labels, job.task.settings
    choices = [str(settings["choices"].get(name, name)) for name in labels]
    prompts = prompts_of(job, lambda label: choices[labels.index(label)])
    longest = max(choices, key=len)
    asked = list(fitted(job, prompts, longest_answer=longest, room=0))
    cut = job.truncated_rows
    items = [Texts((text + choice,)) for text in asked for choice in choices]
    encoded = job.encode(items, places=True)
    scores = np.zeros(len(items))
    for indices in job.batches(encoded, items):
        tokens = [
            _answer_tokens(encoded, each, len(asked[each // len(choices)])) for each in indices
        ]
        batch = [encoded.examples[each] for each in indices]
        places = [[max(0, token - 1) for token in one] for one in tokens]
        found = job.guarded(partial(job.model.scores_at, batch, places))
        for index, one, rows in zip(indices, tokens, found, strict=True):
            bits = _bits(encoded.examples[index]["input_ids"], one, rows)
            choice = choices[index % len(choices)]
            scores[index] = bits / _divisor(str(settings["normalisation"]), choice, len(one))
    job.truncated_rows = cut
    for row, own in zip(job.rows, scores.reshape(len(asked), len(choices)), strict=True):
        powers = np.exp2(own - own.max())
        probs = powers / powers.sum()
        yield answer_line(row.id, {"label": labels[int(own.argmax())], "probs": probs.tolist()})


def _answer_tokens(encoded: Encoded, index: int, start: int) -> list[int]:
    """The tokens that spell the choice: those that end behind the prompt."""
    assert encoded.places is not None
    places = encoded.places[index]
    found = np.flatnonzero((places.parts == 0) & (places.offsets[:, 1] > start))
    if not len(found):
        raise RunnerError(Code.BAD_TOKENIZER, "The tokenizer gives a choice no token of its own.")
    return [int(token) for token in found]


def _bits(ids: Array, tokens: Sequence[int], scores: Array) -> float:
    """The log2-likelihood of the tokens; a text's very first token has nothing before it."""
    return math.fsum(
        log2_probability(row, int(ids[token]))
        for row, token in zip(scores, tokens, strict=True)
        if token > 0
    )


def _divisor(normalisation: str, choice: str, tokens: int) -> float:
    if normalisation == "per_token":
        return float(tokens)
    return float(len(choice.encode("utf-8"))) if normalisation == "per_byte" else 1.0
