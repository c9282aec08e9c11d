"""What of a row a model is given: texts, words, an image or a table."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .config import TaskConfig
from .errors import Code, RunnerError
from .rows import Row


@dataclass(frozen=True, slots=True)
class Texts:
    """One text, or two that are read together."""

    parts: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Equal items have equal keys, whatever their ids are in this run."""
        return self.parts


@dataclass(frozen=True, slots=True)
class Words:
    """Words (or the letters of a sequence) whose places matter; ``joiner`` stands between."""

    words: tuple[str, ...]
    joiner: str = " "

    @property
    def key(self) -> tuple[str, ...]:
        return self.words

    @property
    def text(self) -> str:
        return self.joiner.join(self.words)


@dataclass(frozen=True, slots=True)
class Image:
    """A file beside the rows."""

    path: Path

    @property
    def key(self) -> tuple[str, ...]:
        """Of the content: names differ from run to run."""
        return (hashlib.sha256(self.path.read_bytes()).hexdigest(),)


@dataclass(frozen=True, slots=True)
class Table:
    """Features by name: numbers, texts, None where unknown."""

    features: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(f"{name}={value!r}" for name, value in self.features.items())

    @property
    def text(self) -> str:
        """The row in words, for models that read texts."""
        return "; ".join(f"{name}: {_written(value)}" for name, value in self.features.items())


Item = Texts | Words | Image | Table


def _written(value: Any) -> str:
    if value is None:
        return "unknown"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _texts(row: Row, task: TaskConfig, files: Path) -> Item:
    return Texts(tuple(_text(row.input[name]) for name in task.reads))


def _words(row: Row, task: TaskConfig, files: Path) -> Item:
    return Words(tuple(map(str, row.input[task.reads[0]])))


def _letters(row: Row, task: TaskConfig, files: Path) -> Item:
    return Words(tuple(str(row.input[task.reads[0]])), joiner="")


def _image(row: Row, task: TaskConfig, files: Path) -> Item:
    return Image(files / Path(str(row.input[task.reads[0]])).name)


def _table(row: Row, task: TaskConfig, files: Path) -> Item:
    return Table(row.input[task.reads[0]])


_MAKERS: Mapping[str, Callable[[Row, TaskConfig, Path], Item]] = {
    "text": _texts,
    "sequence": _letters,
    "words": _words,
    "image": _image,
    "table": _table,
}
MODALITIES = tuple(_MAKERS)


def item_of(row: Row, task: TaskConfig, files: Path) -> Item:
    """A row as the task's modality says; ``files`` is the folder of files that rows refer to.

    A sequence is its letters, side by side.

    Raises ``internal`` for a row without what the task reads: the platform wrote it.
    """
    try:
        return _MAKERS[task.modality](row, task, files)
    except (KeyError, TypeError) as error:
        raise RunnerError(Code.INTERNAL, "a row lacks what its task reads") from error
