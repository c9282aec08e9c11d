"""Images as the inputs of a model, made when they are asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Code, RunnerError
from ..images.pixels import Preprocessor, open_preprocessor
from ..items import Image, Item
from .base import Encoded, Features, Purpose

SOURCES = ("pixel_values", "pixel_mask")

_PATCH = 256
"""Pixels that weigh as much in a batch as one token: a patch of 16 x 16."""

_ALONE = 1 << 40
"""A cost beyond any budget: the image gets a batch of its own."""

_WHOLE = {Purpose.DETECTOR: "Boxes", Purpose.SEGMENTER: "Regions"}
TRIAL_SIZE = (48, 64)


class LazyImages(Sequence[Features]):
    """Files as ``pixel_values``, each read and prepared anew whenever it is asked for."""

    def __init__(self, paths: Sequence[Path], preprocessor: Preprocessor) -> None:
        self._paths = paths
        self._preprocessor = preprocessor

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: Any) -> Any:
        return {"pixel_values": self._preprocessor.pixels(self._paths[index])}


class ImageInputs:
    """A folder's preprocessing. ``masks`` says whether its model can be told what is padding."""

    def __init__(
        self, folder: Path, options: Mapping[str, Any], purpose: Purpose, *, masks: bool
    ) -> None:
        """Raises ``bad_model``."""
        self.preprocessor = open_preprocessor(folder, options)
        self._mixes_sizes = masks and purpose is not Purpose.SEGMENTER
        if self.preprocessor.crops and purpose in _WHOLE:
            raise RunnerError(
                Code.BAD_MODEL,
                f"preprocessor_config.json cuts images. {_WHOLE[purpose]} need the whole image: "
                "resize it only.",
            )

    def encode(self, items: Sequence[Item]) -> Encoded:
        """Images of unequal size share a batch only where a mask tells padding from image.

        Raises ``unsupported_architecture`` for items that are no images, ``internal`` for files
        that can't be read.
        """
        paths = [_path(item) for item in items]
        sizes = [self.preprocessor.size_of(path) for path in paths]
        costs = [max(1, height * width // _PATCH) for height, width in sizes]
        if len(set(sizes)) > 1 and not self._mixes_sizes:
            costs = [_ALONE] * len(paths)
        return Encoded(LazyImages(paths, self.preprocessor), costs, [False] * len(paths))

    def collate(self, batch: Sequence[Features]) -> dict[str, Any]:
        """``pixel_values`` (images, channels, height, width) and ``pixel_mask`` (images, height,
        width)."""
        values, mask = self.preprocessor.stacked([example["pixel_values"] for example in batch])
        return {"pixel_values": values, "pixel_mask": mask}

    def trial(self, examples: int) -> list[Features]:
        """Grey images, as any image of that size would come."""
        size = self.preprocessor.content_size(TRIAL_SIZE)
        shape = (self.preprocessor.settings.channels, *size)
        return [{"pixel_values": np.zeros(shape, dtype=np.float32)}] * examples


def _path(item: Item) -> Path:
    if isinstance(item, Image):
        return item.path
    raise RunnerError(Code.UNSUPPORTED_ARCHITECTURE, "The model reads images, the task has none.")
