"""Prompts: a generative model is asked by the task's template, with no training.

A class is chosen by the log-likelihood of its text after the prompt (``prompt_choices``), any other
answer is written token by token.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Purpose
from ..items import Texts
from ..job import Job
from ..predictions import answer_line
from .base import register
from .generate import generated
from .prompt_choices import Likelihoods, likelihoods
from .prompt_texts import fitted, prompts_of

WRITTEN = {"generate": "text", "span": "answer"}
"""The key of an answer that is written, by the kind's own head."""


@register("prompt")
class Prompt:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        return Purpose.GENERATOR

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
    texts = [Texts((text.rstrip(),)) for text in fitted(job, prompts, answers=("",), room=most)]
    key, cut = WRITTEN[job.task.head], job.truncated_rows
    for index, text in generated(job, texts, most=most, stop=settings["stop"]):
        none = job.task.head == "span" and text == nothing
        yield answer_line(job.rows[index].id, {key: "" if none else text})
    job.truncated_rows = cut


def _choose(job: Job) -> Iterator[str]:
    """The likeliest class (the first of equals) and how much likelier it is than the others."""
    labels, settings = job.task.labels, job.task.settings
    choices = [str(settings["choices"].get(name, name)) for name in labels]
    prompts = prompts_of(job, lambda label: choices[labels.index(label)])
    found = likelihoods(job, prompts, choices)
    scores = found.bits / _divisors(str(settings["normalisation"]), choices, found)
    for row, own in zip(job.rows, scores, strict=True):
        powers = np.exp2(own - own.max())
        probs = powers / powers.sum()
        yield answer_line(row.id, {"label": labels[int(own.argmax())], "probs": probs.tolist()})


def _divisors(
    normalisation: str, choices: Sequence[str], found: Likelihoods
) -> NDArray[np.float64] | float:
    if normalisation == "per_token":
        return found.tokens
    if normalisation == "per_byte":
        return np.array([float(len(choice.encode("utf-8"))) for choice in choices])
    return 1.0
