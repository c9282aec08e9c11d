"""What can go wrong with a task, as codes that the platform knows."""

from enum import StrEnum

MESSAGE_LIMIT = 500
_ROUND = str.maketrans("[]{}", "()()")


class Code(StrEnum):
    """Error codes of ``report.json``; all but ``INTERNAL`` are verdicts on the submission."""

    MODEL_MISSING = "model_missing"
    MISSING_HEAD = "missing_head"
    WRONG_LABELS = "wrong_labels"
    BAD_MODEL = "bad_model"
    BAD_TOKENIZER = "bad_tokenizer"
    UNSUPPORTED_ARCHITECTURE = "unsupported_architecture"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    NON_FINITE_OUTPUT = "non_finite_output"
    NOT_CAUSAL = "not_causal"
    BAD_CODE = "bad_code"
    BAD_ANSWER = "bad_answer"
    INTERNAL = "internal"


class RunnerError(Exception):
    """A task's failure, in words.

    A text of the platform's own speaks about the model's files only, never about a row. One from
    a participant's code may hold anything; the platform shows participants none that a run over
    hidden rows gave. It becomes one line without square or curly brackets, which the platform
    limits in a report.
    """

    def __init__(self, code: Code, message: str) -> None:
        text = " ".join(message.translate(_ROUND).split())
        if len(text) > MESSAGE_LIMIT:
            text = text[: MESSAGE_LIMIT - 1] + "…"
        super().__init__(text)
        self.code = code
        self.message = text


class TaskTimeout(BaseException):
    """The soft clock ran out. Not an ``Exception``: libraries catch those and carry on."""


_MEMORY_CLASSES = ("OutOfMemoryError", "ResourceExhaustedError")
_MEMORY_SIGNS = (
    "can't allocate memory",
    "not enough memory",
    "failed to allocate memory",
    "out of memory",
    "bad_alloc",
    "bad allocation",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception of torch, onnxruntime, TensorFlow or Python means that memory ran out.

    torch's CPU allocator and onnxruntime have no class of their own for it, hence the texts.
    """
    if isinstance(error, MemoryError) or type(error).__name__ in _MEMORY_CLASSES:
        return True
    text = error_text(error).lower()
    return isinstance(error, RuntimeError) and any(sign in text for sign in _MEMORY_SIGNS)


def error_text(error: BaseException) -> str:
    """What an exception says, nothing where it fails to: a participant may have made its class."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - see above
        return ""


def as_runner_error(error: Exception, *, code: Code, message: str) -> RunnerError:
    """Name a library's exception: itself, ``out_of_memory``, or ``code`` with ``message``."""
    if isinstance(error, RunnerError):
        return error
    if is_out_of_memory(error):
        return RunnerError(Code.OUT_OF_MEMORY, "The model needs more memory than the sandbox has.")
    return RunnerError(code, message)
