"""The steps from an opened image to numbers: resize, crop, rescale, normalize, pad."""

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import Code, RunnerError
from .files import image_size, open_image
from .settings import FILE, ImageSettings, read_settings
from .sizes import Share, Size

Pixels = NDArray[np.float32]
"""One image as (channels, height, width)."""

MOST_OUT = 1 << 24
"""Pixels of one image as a model is given it: 200 MB in three channels."""


class Preprocessor:
    """What a folder's settings make of the images of a task."""

    def __init__(self, settings: ImageSettings) -> None:
        self.settings = settings

    @property
    def fixed_size(self) -> Size | None:
        """(height, width) where every image gets the same."""
        found = {self.given_size(size) for size in ((16, 32), (601, 47))}
        return found.pop() if len(found) == 1 else None

    @property
    def crops(self) -> bool:
        """Whether parts of an image are left out."""
        resize = self.settings.resize
        share = resize.crop if isinstance(resize, Share) else None
        return bool(self.settings.crop or share)

    def content_size(self, image: Size) -> Size:
        """What an image of that (height, width) becomes before it is padded."""
        resize, crop = self.settings.resize, self.settings.crop
        found = resize.of(image) if resize else image
        if isinstance(resize, Share):
            found = resize.crop or found
        return crop or found

    def given_size(self, image: Size) -> Size:
        """The size that a model is given, apart from padding to others of its batch."""
        pad = self.settings.pad
        return self.content_size(image) if isinstance(pad, bool) else pad

    def size_of(self, path: Path) -> Size:
        """(height, width) that a model is given of a file. Raises ``internal``, ``bad_model``."""
        return self.given_size(image_size(path))

    def pixels(self, path: Path) -> Pixels:
        """(channels, height, width), not padded. Raises ``internal``, ``bad_model``."""
        settings = self.settings
        opened = open_image(path, settings.channels)
        array = self._resized(opened)
        if settings.crop:
            array = center_crop(array, settings.crop)
        numbers = array.astype(np.float32)
        if settings.factor is not None:
            numbers = (array.astype(np.float64) * settings.factor).astype(np.float32)
        if settings.mean is not None and settings.std is not None:
            mean, std = (np.asarray(each, np.float32) for each in (settings.mean, settings.std))
            numbers = (numbers - mean[:, None, None]) / std[:, None, None]
        if settings.reverse_channels:
            numbers = np.ascontiguousarray(numbers[::-1])
        return numbers

    def stacked(self, images: Sequence[Pixels]) -> tuple[Pixels, NDArray[np.int64]]:
        """One array of all, padded to one size, and a mask (images, height, width): 1 where an
        image is. Raises ``bad_model``."""
        size = self.settings.pad
        if isinstance(size, bool):
            size = (max(each.shape[1] for each in images), max(each.shape[2] for each in images))
        mask = np.zeros((len(images), *size), dtype=np.int64)
        for row, image in zip(mask, images, strict=True):
            row[: image.shape[1], : image.shape[2]] = 1
        return np.stack([padded(image, size) for image in images]), mask

    def _resized(self, opened: Any) -> NDArray[np.uint8]:
        resize = self.settings.resize
        if resize:
            height, width = resize.of((opened.height, opened.width))
            if height * width > MOST_OUT:
                raise RunnerError(Code.BAD_MODEL, f"{FILE} makes images above {MOST_OUT} pixels.")
            opened = opened.resize((width, height), resample=self.settings.resample)
        array = np.asarray(opened)
        array = array[None] if array.ndim == 2 else np.moveaxis(array, -1, 0)
        if isinstance(resize, Share) and resize.crop:
            return center_crop(array, resize.crop)
        return array


def open_preprocessor(folder: Path, options: Mapping[str, Any]) -> Preprocessor:
    """A folder's; ``options`` (its ``config.json``) may say how many channels its model takes."""
    backbone = options.get("backbone_config")
    inner = backbone.get("num_channels") if isinstance(backbone, Mapping) else None
    told = options.get("num_channels", inner)
    return Preprocessor(read_settings(folder, channels=told if isinstance(told, int) else None))


def center_crop(array: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """The middle of (channels, height, width); zeros around what is smaller."""
    old = array.shape[1:]
    whole = tuple(max(wanted, side) for wanted, side in zip(size, old, strict=True))
    canvas = array
    if whole != old:
        canvas = np.zeros((len(array), *whole), dtype=array.dtype)
        top, left = (ceil((large - side) / 2) for large, side in zip(whole, old, strict=True))
        canvas[:, top : top + old[0], left : left + old[1]] = array
    # Rounded as transformers does, also where a side was padded.
    starts = [
        (side - wanted) // 2 + ceil((large - side) / 2)
        for side, wanted, large in zip(old, size, whole, strict=True)
    ]
    return canvas[:, starts[0] : starts[0] + size[0], starts[1] : starts[1] + size[1]]


def padded(array: Pixels, size: Size) -> Pixels:
    """Zeros below and on the right. Raises ``bad_model`` for an image larger than ``size``."""
    height, width = array.shape[1:]
    if height > size[0] or width > size[1]:
        raise RunnerError(Code.BAD_MODEL, f"{FILE}: “pad_size” is smaller than resized images.")
    return np.pad(array, ((0, 0), (0, size[0] - height), (0, size[1] - width)))
