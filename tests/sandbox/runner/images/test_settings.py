from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.images.pixels import Preprocessor
from sandbox.runner.images.settings import FILE, ImageSettings, read_settings
from sandbox.runner.images.sizes import Exactly, Share, ShortestEdge

PLAIN = {"size": {"height": 4, "width": 6}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}


def _read(folder: Path, channels: int | None = None, **raw: Any) -> ImageSettings:
    (folder / FILE).write_text(json.dumps(raw))
    return read_settings(folder, channels=channels)


def test_what_is_said_is_done_and_images_are_rescaled(tmp_path: Path) -> None:
    settings = _read(tmp_path, **PLAIN)
    assert settings.resize == Exactly(size=(4, 6))
    assert (settings.channels, settings.resample) == (3, 2)
    assert settings.factor == pytest.approx(1 / 255)
    assert (settings.mean, settings.std) == ((0.5,) * 3, (0.5,) * 3)
    assert (settings.crop, settings.pad, settings.reverse_channels) == (None, False, False)


def test_what_is_switched_off_is_not_done(tmp_path: Path) -> None:
    off = {"do_resize": False, "do_rescale": False, "do_normalize": False, "do_pad": False}
    settings = _read(tmp_path, **PLAIN, **off, do_center_crop=False, crop_size=3)
    assert (settings.resize, settings.factor, settings.mean, settings.crop) == (None,) * 4


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"size": 5, "feature_extractor_type": "ViTFeatureExtractor"}, Exactly(size=(5, 5))),
        ({"size": [3, 4]}, Exactly(size=(3, 4))),
        ({"size": 5, "image_processor_type": "CLIPImageProcessor"}, ShortestEdge(edge=5)),
        (
            {"size": 800, "feature_extractor_type": "DetrFeatureExtractor"},
            ShortestEdge(edge=800, longest=1333),
        ),
        (
            {"size": 512, "max_size": 864, "image_processor_type": "YolosImageProcessorFast"},
            ShortestEdge(edge=512, longest=864, multiple=16),
        ),
        (
            {"size": 224, "crop_pct": 0.5, "feature_extractor_type": "ConvNextFeatureExtractor"},
            Share(edge=224, share=0.5),
        ),
    ],
)
def test_older_files_are_read_as_transformers_does(
    tmp_path: Path, raw: dict[str, Any], expected: object
) -> None:
    assert _read(tmp_path, **raw).resize == expected


@pytest.mark.parametrize(("told", "expected"), [(None, 1), (1, 1), (3, 3)])
def test_channels_are_the_model_s_else_the_mean_s(
    tmp_path: Path, told: int | None, expected: int
) -> None:
    settings = _read(tmp_path, channels=told, image_mean=[0.5], image_std=[0.5])
    assert settings.channels == expected


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"size": {"shortest_side": 3}}, "“size” as “height” in whole pixels"),
        ({"size": {"height": 3}}, "“width”"),
        ({"size": {"shortest_edge": 0}}, "1 to 4096"),
        ({"size": {"shortest_edge": 10**6}}, "1 to 4096"),
        ({"do_center_crop": True}, "“crop_size”"),
        ({"do_pad": True, "pad_size": {"height": 2.5, "width": 3}}, "“pad_size”"),
        ({"resample": "bilinear"}, "“resample”"),
        ({"resample": 9}, "0 to 5"),
        ({"rescale_factor": 0}, "“rescale_factor”"),
        ({"do_normalize": True}, "“image_mean” as numbers"),
        (
            {"image_mean": [1, 2], "image_std": [1, 2], "num_channels": 3},
            "2 numbers in “image_mean”",
        ),
        ({"image_mean": [0.5] * 3, "image_std": [0, 1, 1]}, "a 0 in “image_std”"),
        ({"num_channels": 4}, "4 channels"),
        ({"image_processor_type": "PerceiverImageProcessor"}, "the type Perceiver"),
        ({"do_thumbnail": True}, "“do_thumbnail”, which is not done here"),
        ({"ensure_multiple_of": 32}, "“ensure_multiple_of”"),
    ],
)
def test_what_would_change_the_numbers_unseen_is_refused(
    tmp_path: Path, raw: dict[str, Any], words: str
) -> None:
    with pytest.raises(RunnerError) as caught:
        _read(tmp_path, **raw)
    assert caught.value.code == Code.BAD_MODEL
    assert words in caught.value.message
    assert FILE in caught.value.message


def test_an_unknown_step_that_is_off_does_no_harm(tmp_path: Path) -> None:
    assert _read(tmp_path, do_thumbnail=False, ensure_multiple_of=1, notes=None)


def test_a_folder_without_the_file_is_told_what_it_is_for(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="how an image becomes numbers"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("raw", "fixed", "crops"),
    [
        ({"size": {"height": 4, "width": 6}}, (4, 6), False),
        ({"size": {"shortest_edge": 8}}, None, False),
        ({"size": {"shortest_edge": 8}, "crop_pct": 0.5}, (8, 8), True),
        (
            {
                "size": {"shortest_edge": 8},
                "do_center_crop": True,
                "crop_size": {"height": 3, "width": 2},
            },
            (3, 2),
            True,
        ),
        (
            {"size": {"shortest_edge": 8}, "do_pad": True, "pad_size": {"height": 9, "width": 7}},
            (9, 7),
            False,
        ),
        ({"do_resize": False}, None, False),
    ],
)
def test_the_size_that_a_model_is_given_is_known_before_a_file_is_read(
    tmp_path: Path, raw: dict[str, Any], fixed: object, crops: bool
) -> None:
    preprocessor = Preprocessor(_read(tmp_path, **raw))
    assert (preprocessor.fixed_size, preprocessor.crops) == (fixed, crops)
