"""Opens the image files of a task: PNG and JPEG, of a bounded size, in one or three channels."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Code, RunnerError

FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 1 << 26
"""64 million: above any camera's, and 200 MB when unpacked."""

_BYTE = 257
"""What takes 16 bits to 8: 65535 / 255."""


def image_size(path: Path) -> tuple[int, int]:
    """Height and width in pixels as stored, by the file's header. Raises ``internal``."""
    with _opened(path) as image:
        width, height = image.size
    return height, width


def open_image(path: Path, channels: int) -> Any:
    """The Pillow image in grey (1 channel) or RGB (3), whatever turn its EXIF data asks for.

    What is transparent lies on white. Raises ``internal``: the platform wrote the file.
    """
    with _opened(path) as image:
        image.load()
        return _in_channels(image, channels)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from PIL import Image

    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise RunnerError(Code.INTERNAL, f"an image has more than {MOST_PIXELS} pixels")
            yield image
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise RunnerError(
            Code.INTERNAL, f"an image can't be read ({type(error).__name__})"
        ) from error


def _in_channels(image: Any, channels: int) -> Any:
    from PIL import Image

    if image.mode.startswith("I"):  # 16 bits of grey
        image = Image.fromarray((np.asarray(image) // _BYTE).astype(np.uint8))
    if "A" in image.getbands() or image.info.get("transparency") is not None:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image).convert("RGB")
    return image.convert("L" if channels == 1 else "RGB")
