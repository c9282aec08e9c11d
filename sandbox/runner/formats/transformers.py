"""Folders of transformers: the platform's own code, safetensors weights, nothing executable."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from transformers import logging as transformers_logging

from ..config import TaskConfig
from ..labels import parse_id2label
from .auto_classes import auto_class
from .base import Format, Model, Purpose, Settings, Trainable
from .image_model import ImageModel
from .loading import read_config, read_config_json
from .text_models import text_model
from .torch_setup import count_flops, gpu_peak_bytes, prepare_torch
from .trainable import TrainableNetwork


def open_format(settings: Settings) -> Format:
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    prepare_torch(settings)
    return TransformersFormat(settings)


class TransformersFormat(Format):
    measures = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def load(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Model:
        config = read_config(folder)
        chosen = auto_class(purpose, task.modality, config)
        if task.modality == "image":
            return ImageModel(folder, config, chosen, purpose, self._settings)
        return text_model(folder, config, chosen, purpose, self._settings)

    def load_trainable(self, folder: Path, task: TaskConfig, purpose: Purpose) -> Trainable:
        """In float32 whatever the competition's number type: small steps vanish in bfloat16."""
        config = read_config(folder)
        chosen = replace(auto_class(purpose, task.modality, config), new_head=True)
        settings = replace(self._settings, dtype="float32")
        config.num_labels = len(task.labels) or 1
        inner = (
            ImageModel(folder, config, chosen, purpose, settings)
            if task.modality == "image"
            else text_model(folder, config, chosen, purpose, settings)
        )
        return TrainableNetwork(inner, chosen.auto, task.labels)

    def has_pair_head(self, folder: Path) -> bool:
        raw = read_config_json(folder)
        architectures = raw.get("architectures")
        names = architectures if isinstance(architectures, list) else []
        ids = parse_id2label(raw.get("id2label"))
        classifies = any(str(name).endswith("ForSequenceClassification") for name in names)
        return classifies and ids is not None and len(ids) == 1

    def count_flops(self, work: Callable[[], None]) -> int | None:
        return count_flops(work)

    def gpu_peak_bytes(self) -> int | None:
        return gpu_peak_bytes(self._settings.device)
