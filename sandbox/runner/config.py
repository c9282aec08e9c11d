"""Reads ``run.json`` and ``task.json``, which the platform writes, and finds a task's model."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .errors import Code, RunnerError

FORMATS = ("transformers", "onnx", "torch", "tensorflow", "python")
DTYPES = ("float32", "bfloat16")
DEVICES = ("cpu", "cuda")
FINETUNE = "finetune"
"""The track whose models are trained before they answer."""
POOLINGS = ("mean", "cls", "model")
_FILE = re.compile(r"[a-z]{1,40}\.jsonl")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")

Scalar = TypeVar("Scalar", str, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """What holds for the whole run. ``batch_tokens`` counts padded tokens of one batch.

    A ``rehearsal`` holds public sample rows only: answers may be explained, training is short.
    """

    run: str
    format: str
    tasks: tuple[str, ...]
    dtype: str
    batch_tokens: int
    threads: int
    task_seconds: float
    device: str
    rehearsal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskConfig:
    """One task. The order of ``labels`` is the task's class order; ``max_length`` is in tokens.

    ``head`` names what serves it, ``reads`` the keys of an input that a model is given in the form
    of ``modality``. ``files`` hold the rows that need a prediction; ``answer`` and ``optional`` are
    the keys of one.
    """

    slug: str
    kind: str
    track: str
    head: str
    modality: str
    reads: tuple[str, ...]
    labels: tuple[str, ...]
    pooling: str
    max_length: int
    settings: Mapping[str, Any]
    files: tuple[str, ...]
    answer: tuple[str, ...]
    optional: tuple[str, ...]


def _fault(name: str, problem: str) -> RunnerError:
    return RunnerError(Code.INTERNAL, f"{name}: {problem}")


def read_object(path: Path) -> Mapping[str, Any]:
    """A JSON object from a file of the platform. Raises ``internal``."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _fault(path.name, f"unreadable ({type(error).__name__})") from error
    if not isinstance(data, dict):
        raise _fault(path.name, "not an object")
    return data


def _value(data: Mapping[str, Any], name: str, kind: type[Scalar]) -> Scalar:
    value = data.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) or value in ("", 0):
        raise _fault(name, f"must be a {kind.__name__}")
    if isinstance(value, int) and value < 0:
        raise _fault(name, "must be above 0")
    return value


def _choice(data: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = _value(data, name, str)
    if value not in choices:
        raise _fault(name, f"must be one of {', '.join(choices)}")
    return value


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = data.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _fault(name, "must be a list of texts")
    if len(set(values)) != len(values):
        raise _fault(name, "has duplicates")
    return tuple(values)


def _seconds(data: Mapping[str, Any], name: str) -> float:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e7:
        raise _fault(name, "must be a number of seconds above 0")
    return float(value)


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        raise _fault(name, "must be an object")
    return value


def _check_file(name: str) -> str:
    if not _FILE.fullmatch(name):
        raise _fault("files", "not a file of rows")
    return name


def _check_slug(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise _fault("task", "not a slug")
    return slug


def read_run(in_dir: Path) -> RunConfig:
    """``run.json``, which the platform writes: a fault in it is ``internal``."""
    data = read_object(in_dir / "run.json")
    tasks = tuple(_check_slug(slug) for slug in _texts(data, "tasks"))
    if not tasks:
        raise _fault("tasks", "is empty")
    return RunConfig(
        run=_value(data, "run", str),
        format=_choice(data, "format", FORMATS),
        tasks=tasks,
        dtype=_choice(data, "dtype", DTYPES),
        batch_tokens=_value(data, "batch_tokens", int),
        threads=_value(data, "threads", int),
        task_seconds=_seconds(data, "task_seconds"),
        device=_choice(data, "device", DEVICES),
        rehearsal=data.get("rehearsal") is True,
    )


def read_task(in_dir: Path, slug: str) -> TaskConfig:
    """``tasks/<slug>/task.json``. Raises ``internal``."""
    data = read_object(in_dir / "tasks" / slug / "task.json")
    if data.get("slug") != slug:
        raise _fault("slug", "differs from the folder's name")
    return TaskConfig(
        slug=slug,
        kind=_value(data, "kind", str),
        track=_value(data, "track", str),
        head=_value(data, "head", str),
        modality=_value(data, "modality", str),
        reads=_texts(data, "reads"),
        labels=_texts(data, "labels"),
        pooling=_choice(data, "pooling", POOLINGS),
        max_length=_value(data, "max_length", int),
        settings=_object(data, "settings"),
        files=tuple(map(_check_file, _texts(data, "files"))),
        answer=_texts(data, "answer"),
        optional=_texts(data, "optional"),
    )


def model_folder(in_dir: Path, slug: str) -> Path:
    """The folder that serves a task: ``tasks/<slug>/`` of the submission, else its root."""
    own = in_dir / "model" / "tasks" / slug
    return own if own.is_dir() else in_dir / "model"
