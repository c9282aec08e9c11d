"""What a run asks of a submission's format, whoever owns the inference code.

Nothing here imports a library: a run of a light format starts at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .config import TaskConfig
from .rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The run's settings that a format needs."""

    dtype: str
    device: str
    threads: int


@dataclass(frozen=True, slots=True)
class Need:
    """``fields`` are the texts of a row in their order; ``part`` names what of a folder is loaded.

    Tasks with the same folder and part share one loaded model.
    """

    fields: tuple[str, ...]
    part: str


@dataclass(slots=True, kw_only=True)
class Work:
    """A task with its rows that need a prediction; ``on_progress`` takes rows done and rows a
    second. ``truncated_rows`` is known once the work is done."""

    task: TaskConfig
    rows: Sequence[Row]
    batch_tokens: int
    on_progress: Callable[[int, float], None]
    truncated_rows: int = field(default=0, init=False)


class Loaded(ABC):
    """A model that is ready, and what the report says about it."""

    parameters: int | None
    model_bytes: int
    dtype: str

    @abstractmethod
    def predict(self, work: Work) -> Iterator[str]:
        """The lines of ``predictions.jsonl``. Raises ``RunnerError``."""


class Predictor(ABC):
    """How the folders of one format are loaded. Everything raises ``RunnerError``."""

    @abstractmethod
    def need(self, task: TaskConfig, folder: Path) -> Need: ...

    @abstractmethod
    def load(self, task: TaskConfig, folder: Path, part: str) -> Loaded: ...
