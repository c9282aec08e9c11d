"""What a task of the prompt track may set, and what is wrong with a template."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from competitions.kinds.settings import Setting

MAX_SHOTS = 16
ANSWER = "{answer}"
_FIELD = re.compile(r"\{([^{}]*)\}")

SETTINGS: Mapping[str, Setting] = {
    "template": Setting(
        default="",
        high=4_000,
        help="The prompt, such as “Review: {text}\\nSentiment: {answer}”: names of the input in "
        "braces, and {answer} once, at the end. Empty: the inputs, then the answer, a line each.",
    ),
    "choices": Setting(
        default={},
        high=1_000,
        help="How a class is written in place of {answer}, such as {“pos”: “good”}; a class that "
        "is not named stands for itself.",
    ),
    "normalisation": Setting(
        default="sum",
        choices=("sum", "per_token", "per_byte"),
        help="What the log-likelihood of a class is divided by before the largest wins: nothing, "
        "its tokens or its bytes.",
    ),
    "shots": Setting(
        default=0,
        high=MAX_SHOTS,
        help="Examples from the train split that stand before every row, the same for all.",
    ),
    "shot_seed": Setting(default=0, high=1_000_000, help="Which examples are drawn."),
    "separator": Setting(default="\n\n", high=100, help="What stands between examples."),
    "max_new_tokens": Setting(
        default=64, low=1, high=1024, help="How many tokens a written answer may have."
    ),
    "stop": Setting(
        default=["\n"],
        high=20,
        help="Texts that end a written answer; the first one found and what follows is cut off.",
    ),
    "no_answer": Setting(
        default="unanswerable",
        high=100,
        help="What is written for a question that has no answer.",
    ),
}


def default_template(reads: Sequence[str]) -> str:
    """Return the inputs and the answer, a line each."""
    return "\n".join([*(f"{{{name}}}" for name in reads), ANSWER])


def completed(settings: Mapping[str, Any], reads: Sequence[str]) -> dict[str, Any]:
    """Return all settings with a template in place of an empty one."""
    return {**settings, "template": settings["template"] or default_template(reads)}


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
    if not classes:
        return "“choices” are for kinds with classes; leave them out."
    strangers = [name for name in choices if name not in classes]
    if strangers:
        return f"“choices” names “{strangers[0]}”, which is no class of the task."
    texts = [choices.get(name, name) for name in classes]
    if any(not text.strip() for text in texts):
        return "“choices” has an empty text."
    twice = next((text for text in texts if texts.count(text) > 1), None)
    return f"“choices” writes two classes as “{twice}”." if twice is not None else ""
