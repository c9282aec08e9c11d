"""The runner's preprocessing against transformers' own, in the runner's environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.parts import ROOT

from ..real_runs import run_python

pytestmark = pytest.mark.runner

PROGRAM = Path(__file__).resolve().parent.parent / "image_reference.py"
SMALL = {"shortest_edge": 64, "longest_edge": 100}
GREY = {"image_mean": [0.5], "image_std": [0.25], "size": {"height": 32, "width": 32}}
# Name: processor, settings, modes.
CASES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "vit": ("ViT", {}, ["RGB"]),
    "vit bicubic, not normalized": ("ViT", {"resample": 3, "do_normalize": False}, ["RGB"]),
    "vit not rescaled": ("ViT", {"do_rescale": False}, ["RGB"]),
    "vit as it comes": ("ViT", {"do_resize": False}, ["RGB"]),
    "vit cropped to more and less": (
        "ViT",
        {"do_center_crop": True, "crop_size": {"height": 301, "width": 77}},
        ["RGB"],
    ),
    "grey": ("ViT", GREY, ["L"]),
    "transparent": ("ViT", {"do_convert_rgb": True}, ["RGBA", "L", "RGB"]),
    "clip": ("CLIP", {}, ["RGB", "L"]),
    "bit": ("Bit", {}, ["RGB"]),
    "beit": ("Beit", {}, ["RGB"]),
    "deit": ("DeiT", {}, ["RGB"]),
    "convnext": ("ConvNext", {}, ["RGB"]),
    "resnet": ("ConvNext", {"size": {"shortest_edge": 224}, "crop_pct": 0.875}, ["RGB"]),
    "resnet small": ("ConvNext", {"size": {"shortest_edge": 32}, "crop_pct": 0.9}, ["RGB"]),
    "detr": ("Detr", {}, ["RGB"]),
    "detr small": ("Detr", {"size": SMALL}, ["RGB"]),
    "detr in a box": ("Detr", {"size": {"max_height": 50, "max_width": 70}}, ["RGB"]),
    "detr padded": (
        "Detr",
        {"size": SMALL, "pad_size": {"height": 120, "width": 110}},
        ["RGB"],
    ),
    "conditional detr": ("ConditionalDetr", {"size": SMALL}, ["RGB"]),
    "deformable detr": ("DeformableDetr", {"size": SMALL}, ["RGB"]),
    "rt detr": ("RTDetr", {}, ["RGB"]),
    "yolos": ("Yolos", {}, ["RGB"]),
    "yolos small": ("Yolos", {"size": {"shortest_edge": 64, "longest_edge": 500}}, ["RGB"]),
    "segformer": ("Segformer", {}, ["RGB"]),
    "mobilevit": ("MobileViT", {}, ["RGB"]),
    "mobilenet": ("MobileNetV2", {}, ["RGB"]),
    "dpt": ("DPT", {}, ["RGB"]),
    "pvt": ("Pvt", {}, ["RGB"]),
    "siglip": ("Siglip", {}, ["RGB"]),
}


@pytest.fixture(scope="module")
def differences() -> dict[str, float | None]:
    cases = [
        {"processor": processor, "settings": settings, "modes": modes}
        for processor, settings, modes in CASES.values()
    ]
    done = run_python(PROGRAM, paths=[ROOT / "sandbox"], stdin=json.dumps(cases))
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_of_transformers(
    differences: dict[str, float | None], name: str
) -> None:
    found = differences[name]
    assert found is not None, "another shape"
    assert found <= 1e-6
