"""Prompts from a task's template: examples of the train split first, then the row itself."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from ..errors import Code, RunnerError
from ..items import Texts
from ..job import Job
from ..rows import Row, read_rows
from ..training.order import canonical
from .generate import room_for

TRAIN = "train.jsonl"
ANSWER = "{answer}"
_KEPT = 0.8
_MOST_CUTS = 40


@dataclass(frozen=True, slots=True)
class Prompts:
    """``before`` are the examples, the same for every row; ``template`` shows one row."""

    before: str
    template: str
    reads: tuple[str, ...]

    def of(self, inputs: Mapping[str, str]) -> str:
        """The prompt of one row, up to where its answer begins."""
        return self.before + filled(self.template, inputs).removesuffix(ANSWER)


def filled(template: str, inputs: Mapping[str, str]) -> str:
    """The template with names in braces replaced; what an input says is never looked at again."""
    parts = template.split("{")
    text = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        known = closed and name in inputs
        text.append(inputs[name] + rest if known else "{" + part)
    return "".join(text)


def inputs_of(row: Row, reads: Sequence[str]) -> dict[str, str]:
    return {name: str(row.input[name]) for name in reads}


def prompts_of(job: Job, written: Callable[[Any], str]) -> Prompts:
    """``written`` turns a label into the text of an answer. Raises ``internal``."""
    settings, reads = job.task.settings, job.task.reads
    template, separator = str(settings["template"]), str(settings["separator"])
    shown = [
        filled(template, inputs_of(row, reads)).removesuffix(ANSWER) + written(row.label)
        for row in shots(job)
    ]
    return Prompts("".join(one + separator for one in shown), template, reads)


def shots(job: Job) -> list[Row]:
    """The examples: drawn by the task's seed and the rows' content, in turn over the labels."""
    wanted = int(job.task.settings["shots"])
    path = job.folder / TRAIN
    if not wanted:
        return []
    if not path.is_file():
        raise RunnerError(Code.INTERNAL, "examples are asked for, and there is no train split")
    rows = read_rows(path)
    keys = [tuple(inputs_of(row, job.task.reads).values()) for row in rows]
    order = canonical(keys, [str(row.label) for row in rows])
    draw = random.Random(f"podium {job.task.settings['shot_seed']}")  # noqa: S311 - no secret
    draw.shuffle(order)
    groups: dict[str, list[Row]] = {}
    for place in order:
        groups.setdefault(_group(job, rows[place]), []).append(rows[place])
    turns = chain.from_iterable(zip_longest(*(groups[name] for name in sorted(groups))))
    return [row for row in turns if row is not None][:wanted]


def _group(job: Job, row: Row) -> str:
    return str(row.label) if job.task.labels else ""


def fitted(job: Job, prompts: Prompts, *, answers: Sequence[str], room: int) -> Iterator[str]:
    """The prompt of every row, its inputs cut until it fits with each of ``answers`` behind it, and
    with ``room`` for new tokens. Counts cut rows. Raises ``bad_tokenizer`` where nothing is left to
    cut."""
    limit, _ = room_for(job, room)
    cut = 0
    found = [inputs_of(row, prompts.reads) for row in job.rows]
    for inputs in found:
        shortened = _shorten(job, prompts, inputs, answers, limit)
        cut += shortened
        yield prompts.of(inputs)
    job.truncated_rows = cut


def _shorten(
    job: Job, prompts: Prompts, inputs: dict[str, str], answers: Sequence[str], limit: int
) -> bool:
    """Cut the longest input until all fits; tell whether anything was cut."""
    for times in range(_MOST_CUTS):
        prompt = prompts.of(inputs)
        encoded = job.encode([Texts((prompt + each,)) for each in answers], max_length=limit)
        if not any(encoded.truncated):
            return times > 0
        name = max(inputs, key=lambda each: len(inputs[each]))
        if not inputs[name]:
            break
        inputs[name] = inputs[name][: int(len(inputs[name]) * _KEPT)]
    raise RunnerError(
        Code.BAD_TOKENIZER, "The prompt's own text is longer than what the model can read."
    )
