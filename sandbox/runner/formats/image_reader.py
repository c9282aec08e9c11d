"""Images for graphs, in the order of axes that the graph takes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..items import Item
from .base import Array, Encoded, Features, Purpose
from .image_inputs import SOURCES, ImageInputs
from .readers import Reader
from .signature import FILE, Signature, declared_wrong

LAYOUTS = ("NCHW", "NHWC")
"""Images, channels, height and width: channels first as in PyTorch, or last as in TensorFlow."""


class ImageReader(Reader):
    """``pixel_values`` as ``preprocessor_config.json`` says; ``layout`` unless declared."""

    sources = SOURCES
    default = ("pixel_values",)

    def __init__(
        self, folder: Path, signature: Signature, purpose: Purpose, *, layout: str, masks: bool
    ) -> None:
        self._layout = signature.options.get("layout", layout)
        if self._layout not in LAYOUTS:
            raise declared_wrong("layout", f"must be {' or '.join(LAYOUTS)}")
        self.freedom = (
            "batches may have any size, images every size that preprocessor_config.json leaves, "
            f"with their axes in the order {self._layout} (“layout” in {FILE})"
        )
        self._inputs = ImageInputs(folder, signature.options, purpose, masks=masks)

    def encode(self, items: Sequence[Item], *, max_length: int, places: bool) -> Encoded:
        return self._inputs.encode(items)

    def collate(self, batch: Sequence[Features]) -> Mapping[str, Any]:
        arrays = self._inputs.collate(batch)
        if self._layout == "NHWC":
            last = np.moveaxis(arrays["pixel_values"], 1, -1)
            arrays["pixel_values"] = np.ascontiguousarray(last)
        return arrays

    def channels_first(self, output: Array) -> Array:
        maps = self._layout == "NHWC" and output.ndim == 4
        return np.moveaxis(output, -1, 1) if maps else output

    def trials(self) -> Sequence[tuple[int, int]]:
        return ((1, 1), (2, 1))

    def trial(self, examples: int, length: int) -> Sequence[Features]:
        return self._inputs.trial(examples)
