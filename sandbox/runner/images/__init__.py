"""From an image file to the numbers that a model takes, as ``preprocessor_config.json`` says.

The steps and their rounding are those of transformers' image processors on Pillow and numpy, so
that a model meets here what it meets at its maker's. Pillow is imported where a file is opened:
runs over texts don't need it.
"""

from .files import image_size, open_image
from .pixels import Preprocessor, open_preprocessor
from .settings import FILE, ImageSettings, read_settings

__all__ = [
    "FILE",
    "ImageSettings",
    "Preprocessor",
    "image_size",
    "open_image",
    "open_preprocessor",
    "read_settings",
]
