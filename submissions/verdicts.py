"""What a participant may know of an error: its class, and words that no hidden row touched.

A sandbox with hidden rows could put them into any text, number or code that it writes. So of its
errors only a class from the list below is shown; where the participant's own code ran, which can
choose how it fails, only those classes that the worker itself measures. The smoke run held public
rows alone: its words are shown as they are.
"""

from __future__ import annotations

from competitions.guarantees import CODE_FORMATS
from competitions.models import Task
from submissions.models import RunTask

NEEDS_PLATFORM_FORMAT = (
    "needs_platform_format",
    "This task is scored by what the platform's own code measures or trains, so it takes models of "
    "the formats transformers and onnx only.",
)
_SENTENCES = {
    NEEDS_PLATFORM_FORMAT[0]: NEEDS_PLATFORM_FORMAT[1],
    "timeout": "The time limit was reached.",
    "out_of_memory": "The memory limit was reached.",
    "output_limit": "The output was larger than its limit.",
    "crashed": "The run ended abnormally.",
    "model_missing": "There is no model for this task.",
    "missing_head": "The model has no head for this task.",
    "wrong_labels": "The model's classes are not those of the task.",
    "bad_model": "The model could not be loaded, or failed while computing.",
    "bad_tokenizer": "The tokenizer could not be loaded, or failed on a text.",
    "unsupported_architecture": "The architecture is not one that transformers knows.",
    "not_causal": "The model looks ahead where it must read from left to right.",
    "non_finite_output": "The model's output held NaN or infinite numbers.",
    "bad_predictions": "The answers were not of this task's shape.",
    "no_predictions": "The run gave no answers for this task.",
    "failed": "The run over the hidden rows failed.",
}
_CLASS_OF = {"no_report": "no_predictions", "internal": "crashed", "bad_output": "bad_predictions"}
_MEASURED = frozenset({"timeout", "out_of_memory", "output_limit"})
_WHERE = (
    "Over the public sample rows it went well. The log of this run stays with the organizers, "
    "because it saw hidden rows."
)


def owns_code(submission_format: str) -> bool:
    """Tell whether the inference code is the participant's."""
    return submission_format in CODE_FORMATS


def refuses_code(task: Task, submission_format: str) -> bool:
    """Tell whether a task takes no answers from a participant's program, and this would be one."""
    return task.needs_platform_code and owns_code(submission_format)


def error_class(code: str, *, submission_format: str) -> str:
    """Return the class of an error over hidden rows, an empty string for none."""
    if not code:
        return ""
    if owns_code(submission_format):
        return code if code in _MEASURED else "failed"
    found = _CLASS_OF.get(code, code)
    return found if found in _SENTENCES else "bad_predictions"


def shown_error(row: RunTask | None, code: str, *, submission_format: str) -> tuple[str, str]:
    """Return code and message of a failed task as its participant sees them.

    ``code`` is what the run or the scorer said; ``row`` may hold what the smoke run said before.
    """
    if not code:
        return "", ""
    if row is not None and row.smoke_code:
        return row.smoke_code, row.smoke_message
    found = error_class(code, submission_format=submission_format)
    return found, f"{_SENTENCES[found]} {_WHERE}"
