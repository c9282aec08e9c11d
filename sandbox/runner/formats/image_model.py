"""Folders of transformers whose models read images."""

import inspect
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from ..errors import Code, RunnerError, as_runner_error, error_text
from ..items import Item
from ..labels import parse_id2label
from ..weights import weight_facts
from .auto_classes import AutoClass
from .base import Attribution, Encoded, Features, Model, Outputs, Purpose, Settings
from .image_inputs import ImageInputs
from .loading import check_loaded, load_weights
from .named_arrays import named_arrays

_WANTED = ("pixel_values", "pixel_mask")


class ImageModel(Model):
    """A model that reads pixels, prepared as ``preprocessor_config.json`` says."""

    explains = True

    def __init__(
        self,
        folder: Path,
        config: Any,
        chosen: AutoClass,
        purpose: Purpose,
        settings: Settings,
    ) -> None:
        """Raises ``missing_head``, ``bad_model``, ``unsupported_architecture``."""
        accepted = inspect.signature(chosen.model_class.forward).parameters
        if "pixel_values" not in accepted:
            raise RunnerError(
                Code.UNSUPPORTED_ARCHITECTURE, f"{config.model_type} does not read images."
            )
        self._accepted: Collection[str] = [name for name in _WANTED if name in accepted]
        self._folder = folder
        self.inputs = ImageInputs(
            folder, config.to_dict(), purpose, masks="pixel_mask" in self._accepted
        )
        facts = weight_facts(folder)
        self.parameters, self.model_bytes = facts.parameters, facts.bytes
        self.parameters_by_dtype = facts.by_dtype
        self.dtype, self.device = settings.dtype, settings.device
        self.network, info = load_weights(chosen, folder, config=config, settings=settings)
        self.made_up = check_loaded(chosen, self.network, info)
        self.config = config
        self.id2label = parse_id2label(config.id2label)
        self._try()

    @property
    def folder(self) -> Path:
        return self._folder

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool = False) -> Encoded:
        return self.inputs.encode(items)

    def forward(self, batch: Sequence[Features], names: Sequence[str]) -> Outputs:
        return Outputs(named_arrays(self.run(self.tensors(batch)), names))

    def tensors(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        """What the model takes of a batch, on its device and in its number type."""
        arrays = self.inputs.collate(batch)
        tensors = {name: torch.from_numpy(arrays[name]) for name in self._accepted}
        tensors["pixel_values"] = tensors["pixel_values"].to(getattr(torch, self.dtype))
        return {name: tensor.to(self.device) for name, tensor in tensors.items()}

    def run(self, tensors: Mapping[str, Any]) -> Any:
        """The model's output object."""
        with torch.inference_mode():
            return self.call(tensors)

    def call(self, tensors: Mapping[str, Any]) -> Any:
        """As ``run``, ready for gradients."""
        return self.network(**tensors)

    def explain(self, example: Features) -> Attribution:
        """By integrated gradients from an image of zeros."""
        attributions = import_module(".attributions", __package__)  # a library of seconds
        attributions.prepare(self.network)
        given = dict(self.tensors([example]))

        def logits(pixels: Any) -> Any:
            return self.network(pixel_values=pixels).logits.float()

        target, scores = attributions.pixel_scores(logits, given["pixel_values"])
        return Attribution(target, (), scores)

    def _try(self) -> None:
        """Names images of another size than the model's. One that takes any size is not tried:
        it may be slow and can't be wrong in that."""
        if self.inputs.preprocessor.fixed_size is None:
            return
        tensors = self.tensors(self.inputs.trial(1))
        try:
            self.run(tensors)
        except Exception as error:
            shape = tuple(tensors["pixel_values"].shape[1:])
            raise as_runner_error(
                error,
                code=Code.BAD_MODEL,
                message=f"{self.config.model_type} fails on images of the shape {shape} (channels, "
                "height, width), which preprocessor_config.json makes. "
                f"{type(error).__name__}: {error_text(error)}",
            ) from error
