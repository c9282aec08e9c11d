"""Formats whose models the platform runs itself: heads and encoders, read by the task's kind."""

from collections.abc import Iterator
from pathlib import Path

from .config import TaskConfig
from .formats.base import Format, Model
from .job import Job
from .kinds import Kind, Purpose, find_kind
from .predictor import Loaded, Need, Predictor, Work


class TensorPredictor(Predictor):
    """The kind says which part of a folder is needed, and makes answers of its outputs."""

    def __init__(self, model_format: Format) -> None:
        self._format = model_format

    def need(self, task: TaskConfig, folder: Path) -> Need:
        kind = find_kind(task.kind, task.track)
        purpose = kind.purpose(lambda: self._format.has_pair_head(folder))
        return Need(kind.fields, purpose.value)

    def load(self, task: TaskConfig, folder: Path, part: str) -> Loaded:
        load = {
            Purpose.HEAD: self._format.load_head,
            Purpose.ENCODER: self._format.load_encoder,
        }[Purpose(part)]
        return LoadedTensors(load(folder), find_kind)
