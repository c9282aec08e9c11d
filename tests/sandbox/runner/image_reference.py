"""What transformers' own image processors make of images, against the runner's.

A program for the runner's Python: reads ``[{"processor", "settings", "modes"}, …]`` on stdin, makes
random images of many sizes in those modes, and prints the largest difference for each, null where
the shapes differ.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import transformers as hf
from PIL import Image
from runner.images import open_preprocessor

SIZES = [(28, 28), (48, 64), (64, 48), (1, 1), (200, 300), (37, 251), (333, 100), (32, 31)]


def image(size: tuple[int, int], mode: str, rng: np.random.Generator) -> Image.Image:
    height, width = size
    shape = (height, width, *{"L": (), "RGB": (3,), "RGBA": (4,)}[mode])
    return Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8))


def worst(case: dict[str, Any], folder: Path) -> float | None:
    processor = getattr(hf, f"{case['processor']}ImageProcessorPil")(**case["settings"])
    processor.save_pretrained(folder)
    channels = {"num_channels": 1} if case["modes"] == ["L"] else {}
    ours = open_preprocessor(folder, channels)
    rng = np.random.default_rng(0)
    found = 0.0
    for number, size in enumerate(SIZES):
        for mode in case["modes"]:
            path = folder / f"{number}-{mode}.png"
            image(size, mode, rng).save(path)
            theirs = processor(images=Image.open(path), return_tensors="np")["pixel_values"][0]
            made = ours.stacked([ours.pixels(path)])[0][0]
            if made.shape != theirs.shape:
                return None
            found = max(found, float(np.abs(made - theirs).max()))
    return found


def main() -> None:
    found = []
    for case in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            found.append(worst(case, Path(folder)))
    print(json.dumps(found))


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    main()
