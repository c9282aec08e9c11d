"""Image files good and bad, opened by the runner's Pillow."""

from __future__ import annotations

import json
import struct
import zlib

import pytest

from competitions.kinds.sample_images import png
from tests.parts import ROOT

from ..real_runs import run_python

pytestmark = pytest.mark.runner

OPEN = """
import json, sys
from pathlib import Path
import numpy as np
from PIL import Image
from runner.errors import RunnerError
from runner.images import image_size, open_image
folder = Path(sys.argv[1])
def saved(name, array, mode=None, **options):
    image = Image.fromarray(np.asarray(array))
    (image.convert(mode) if mode else image).save(folder / name, **options)
half = np.zeros((2, 1, 4), dtype=np.uint8)
half[0] = 255
saved("transparent.png", half)
saved("deep.png", np.array([[0, 257, 65535]], dtype=np.uint16))
saved("palette.png", np.zeros((1, 2, 3), dtype=np.uint8), "P")
saved("cmyk.jpg", np.full((8, 8, 3), 255, dtype=np.uint8), "CMYK")
turned = Image.Exif()
turned[274] = 6
saved("turned.jpg", np.zeros((4, 9), dtype=np.uint8), exif=turned)
saved("other.gif", np.zeros((2, 2), dtype=np.uint8))
def tell(path):
    try:
        size = image_size(path)
        return [list(size)] + [np.asarray(open_image(path, c)).tolist() for c in (1, 3)]
    except RunnerError as error:
        return [error.code, error.message]
print(json.dumps({path.name: tell(path) for path in folder.iterdir()}))
"""


def _bomb() -> bytes:
    """Some bytes that say they are 100 000 x 100 000 pixels."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    start = png(1, 1, b"\0", colour=0)
    return start[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + start[33:]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    folder = tmp_path_factory.mktemp("files")
    whole = png(2, 1, bytes(range(6)), colour=2)
    (folder / "whole.png").write_bytes(whole)
    (folder / "cut.png").write_bytes(whole[:50])
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.jpg").write_bytes(b"not an image")
    (folder / "bomb.png").write_bytes(_bomb())
    done = run_python("-c", OPEN, folder, paths=[ROOT / "sandbox"])
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def test_colours_and_grey_are_given_as_asked(told: dict[str, list[object]]) -> None:
    assert told["whole.png"] == [[1, 2], [[1, 4]], [[[0, 1, 2], [3, 4, 5]]]]


def test_what_is_transparent_lies_on_white(told: dict[str, list[object]]) -> None:
    assert told["transparent.png"][2] == [[[255] * 3], [[255] * 3]]


def test_16_bits_become_8(told: dict[str, list[object]]) -> None:
    assert told["deep.png"][1] == [[0, 1, 255]]


def test_a_turn_that_a_camera_asks_for_is_not_made(told: dict[str, list[object]]) -> None:
    assert told["turned.jpg"][0] == [4, 9]


def test_other_colour_models_become_rgb(told: dict[str, list[object]]) -> None:
    assert told["palette.png"][2] == [[[0] * 3, [0] * 3]]
    assert told["cmyk.jpg"][0] == [8, 8]


@pytest.mark.parametrize("name", ["cut.png", "empty.png", "text.jpg", "other.gif", "bomb.png"])
def test_a_file_that_is_no_image_of_a_sane_size_is_the_platform_s_fault(
    told: dict[str, list[object]], name: str
) -> None:
    code, message = told[name]
    assert (code, str(message).startswith("an image")) == ("internal", True)
