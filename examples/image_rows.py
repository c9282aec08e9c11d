"""Train splits of images: rows, and pixels out of the zip or folder that they lie in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from shared import read_rows, stop

CENTRE, SCALE = 0.5, 0.5
"""Pixels from 0 to 1 become -1 to 1, as ``preprocessor_config`` says to the platform."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``pixels`` (channels, height, width) from -1 to 1, with the row's label."""

    pixels: torch.Tensor
    label: Any


def read_pictures(train: Path, files: Path, *, channels: int) -> list[Picture]:
    """All rows of a train split with their images, which must be of one size."""
    rows = [(str(row["input"]["image"]), row["label"]) for row in read_rows(train)]
    try:
        found = _contents(files, [name for name, _ in rows])
        pictures = [Picture(_pixels(found[name], channels), label) for name, label in rows]
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        stop(f"{files}: {error}")
    if len({tuple(one.pixels.shape) for one in pictures}) != 1:
        stop(f"{files}: the images are not of one size")
    return pictures


def _contents(files: Path, names: list[str]) -> Mapping[str, bytes]:
    if files.is_dir():
        return {name: (files / Path(name).name).read_bytes() for name in names}
    with zipfile.ZipFile(files) as archive:
        return {name: archive.read(name) for name in names}


def _pixels(content: bytes, channels: int) -> torch.Tensor:
    image = Image.open(io.BytesIO(content)).convert("RGB" if channels == 3 else "L")
    array: NDArray[Any] = np.asarray(image, dtype=np.float32).reshape(*image.size[::-1], channels)
    return torch.from_numpy(((array / 255 - CENTRE) / SCALE).transpose(2, 0, 1).copy())


def preprocessor_config(picture: Picture) -> dict[str, Any]:
    """What the platform must do to an image so that the model sees what it was trained on."""
    channels, height, width = picture.pixels.shape
    return {
        "do_resize": True,
        "size": {"height": height, "width": width},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [CENTRE] * channels,
        "image_std": [SCALE] * channels,
        "num_channels": channels,
    }
