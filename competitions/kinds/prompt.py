"""What a task of the prompt track may set, and what is wrong with a template."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from competitions.kinds.settings import Setting

MAX_SHOTS = 16
ANSWER = "{answer}"
_FIELD = re.compile(r"\{([^{}]*)\}")

_ASKED = {
    "template": Setting(
        title="Template",
        lines=True,
        default="",
        high=4_000,
        help="The prompt: its own words, names of the input in braces, and {answer} once, at the "
        "end, such as “Review: {text} Sentiment: {answer}”. It may have several lines. Empty: the "
        "inputs, then the answer, a line each.",
    ),
    "shots": Setting(
        title="Examples",
        default=0,
        high=MAX_SHOTS,
        zero="none",
        help="How many rows of the train split, with their answers, stand before every row: the "
        "same for all, in turn over the classes. 0 asks without any (zero-shot).",
    ),
    "shot_seed": Setting(
        title="Draw of the examples",
        default=0,
        high=1_000_000,
        help="Another number draws other examples.",
    ),
    "separator": Setting(
        title="Between examples", default="\n\n", high=100, help="What stands between examples."
    ),
}
_CHOSEN = {
    "choices": Setting(
        title="Texts of the classes",
        default={},
        high=1_000,
        help="How a class is written in place of {answer}, a class a line: “pos = good”. One that "
        "is not named stands for itself.",
    ),
    "normalisation": Setting(
        title="Likelihoods are divided by",
        default="sum",
        choices={
            "sum": "Nothing",
            "per_token": "The number of tokens",
            "per_byte": "The number of bytes",
        },
        help="The class wins whose text is the likeliest to come next. A long text is less likely "
        "than a short one; dividing its log-likelihood by its length makes up for that.",
    ),
}
_WRITTEN = {
    "max_new_tokens": Setting(
        title="Longest answer",
        default=64,
        low=1,
        high=1024,
        unit="tokens",
        help="How many tokens a written answer may have.",
    ),
    "stop": Setting(
        title="Answers end at",
        default=["\n"],
        high=20,
        help="Texts that end a written answer; the first one found and what follows is cut off.",
    ),
}
_UNANSWERED = {
    "no_answer": Setting(
        title="Says that there is no answer",
        default="unanswerable",
        high=100,
        help="What is written for a question that has no answer.",
    ),
}

SETTINGS: Mapping[str, Setting] = {**_ASKED, **_CHOSEN, **_WRITTEN, **_UNANSWERED}
"""All of them, whatever the kind."""


def settings_for(head: str) -> Mapping[str, Setting]:
    """Return what a task may set whose answers are those of a head of the predict track.

    Classes are chosen, everything else is written.
    """
    if head == "classes":
        return {**_ASKED, **_CHOSEN}
    return {**_ASKED, **_WRITTEN, **(_UNANSWERED if head == "span" else {})}


def default_template(reads: Sequence[str]) -> str:
    """Return the inputs and the answer, a line each."""
    return "\n".join([*(f"{{{name}}}" for name in reads), ANSWER])


def completed(settings: Mapping[str, Any], reads: Sequence[str]) -> dict[str, Any]:
    """Return all settings with a template in place of an empty one."""
    return {**settings, "template": settings["template"] or default_template(reads)}


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return the template with each name in braces replaced once, as the runner does it."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), template)


def template_problem(template: str, names: Sequence[str]) -> str:
    """Say what is wrong with a template for inputs of these names, or nothing."""
    known = ", ".join(f"{{{name}}}" for name in names)
    fields = _FIELD.findall(template)
    strangers = [name for name in fields if name not in (*names, "answer")]
    if strangers:
        return (
            f"The template names {{{strangers[0]}}}, which no input has; known: {known}, {ANSWER}."
        )
    if template.count(ANSWER) != 1 or not template.endswith(ANSWER):
        return f"The template needs {ANSWER} once, at its end."
    if len(fields) == 1:
        return f"The template shows nothing of an input: name one of {known}."
    return ""


def choices_problem(choices: Mapping[str, str], classes: Collection[str]) -> str:
    """Say what is wrong with the texts of classes, or nothing."""
    if not choices:
        return ""
    strangers = [name for name in choices if name not in classes]
    if strangers:
        return f"“choices” names “{strangers[0]}”, which is no class of the task."
    texts = [choices.get(name, name) for name in classes]
    if any(not text.strip() for text in texts):
        return "“choices” has an empty text."
    twice = next((text for text in texts if texts.count(text) > 1), None)
    return f"“choices” writes two classes as “{twice}”." if twice is not None else ""
