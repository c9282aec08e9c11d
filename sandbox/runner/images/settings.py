"""``preprocessor_config.json``: which steps make numbers of an image.

The keys are those of transformers. A step that the file does not ask for is not done, except for
rescaling, which older files leave out. What this code does not know and would change the numbers
is refused by name: a model that sees other numbers than at its maker's only seems to be worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Code, RunnerError
from ..json_file import read_json_object
from .sizes import Exactly, Resize, Share, ShortestEdge, Size, Within

FILE = "preprocessor_config.json"
MOST_SIDE = 4096

_SUFFIXES = ("Fast", "Pil", "ImageProcessor", "FeatureExtractor")
_KEEP_PROPORTIONS = {
    *("Bit", "CLIP", "ChineseCLIP", "ConditionalDetr", "ConvNext", "DeformableDetr", "Detr"),
    *("MobileNetV1", "MobileNetV2", "MobileViT", "RTDetr", "VideoMAE", "Yolos"),
}
"""Types that take a plain ``size`` for the shorter side; the others make a square of it."""

_DETECTORS = {"ConditionalDetr", "DeformableDetr", "Detr", "Yolos"}
_LONGEST = 1333
_MULTIPLES = {"Yolos": 16}
_NOT_NORMALIZED = {"MobileViT"}
"""Types whose files carry a mean that nobody uses."""

OTHER_STEPS = {
    *("Donut", "EfficientNet", "Gemma3", "ImageGPT", "Levit", "Perceiver", "PoolFormer"),
    *("Siglip2", "TextNet", "TimmWrapper"),
}
"""Types with steps of their own that no key of the file tells."""

KNOWN = {
    *("do_resize", "size", "max_size", "resample", "crop_pct", "do_center_crop", "crop_size"),
    *("do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std", "do_pad"),
    *("pad_size", "pad_and_return_pixel_mask", "do_convert_rgb", "do_flip_channel_order"),
    *("image_processor_type", "feature_extractor_type", "processor_class", "default_to_square"),
    # What concerns training or other libraries only.
    *("do_reduce_labels", "reduce_labels", "do_convert_annotations", "format", "device"),
    *("input_data_format", "data_format", "return_tensors", "disable_grouping", "num_channels"),
    *("return_segmentation_masks", "masks_path", "ignore_index", "num_labels"),
}
_NO_VALUES: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings:
    """The steps in their order; None for one that is not done.

    ``pad`` is True for padding to the largest of a batch, a size for padding to that.
    """

    channels: int
    resize: Resize | None
    resample: int
    crop: Size | None
    factor: float | None
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    pad: Size | bool
    reverse_channels: bool


def read_settings(folder: Path, *, channels: int | None = None) -> ImageSettings:
    """A folder's settings; ``channels`` is what its model says that it takes. Raises ``bad_model``
    for settings that are absent, wrong, or ask for something else."""
    path = folder / FILE
    if not path.is_file():
        raise _wrong("is missing; it says how an image becomes numbers")
    raw = read_json_object(path)
    kind = _kind(raw)
    _check_known(raw, kind)
    settings = ImageSettings(
        channels=_channels(raw, channels),
        resize=_resize(raw, kind) if raw.get("do_resize", "size" in raw) else None,
        resample=_resample(raw),
        crop=_crop(raw),
        factor=_number(raw, "rescale_factor", 1 / 255) if raw.get("do_rescale", True) else None,
        mean=_levels(raw, kind, "image_mean"),
        std=_levels(raw, kind, "image_std"),
        pad=_pad(raw),
        reverse_channels=raw.get("do_flip_channel_order", False) is True,
    )
    _check_levels(settings)
    return settings


def _wrong(problem: str) -> RunnerError:
    return RunnerError(Code.BAD_MODEL, f"{FILE} {problem}.")


def _kind(raw: Mapping[str, Any]) -> str:
    name = str(raw.get("image_processor_type") or raw.get("feature_extractor_type") or "")
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _check_known(raw: Mapping[str, Any], kind: str) -> None:
    if kind in OTHER_STEPS:
        raise _wrong(
            f"has the type {kind}, whose steps are not done here; export the model with them"
        )
    for key, value in raw.items():
        if key not in KNOWN and not key.startswith("_") and not _is_off(value):
            raise _wrong(f"asks for “{key}”, which is not done here; put it into the model")


def _is_off(value: Any) -> bool:
    """Whether a step with this value does nothing: multiples and divisors of 0 or 1 among them."""
    return value in _NO_VALUES or value is False or (type(value) is int and value in (0, 1))


def _channels(raw: Mapping[str, Any], told: int | None) -> int:
    mean = raw.get("image_mean")
    default = len(mean) if isinstance(mean, list) else 3
    channels = told or raw.get("num_channels") or default
    if channels not in (1, 3):
        raise _wrong(f"is for {channels} channels; images are given with 1 or 3")
    return int(channels)


def _resize(raw: Mapping[str, Any], kind: str) -> Resize:
    size = raw.get("size")
    if isinstance(size, list) and len(size) == 2:
        size = {"height": size[0], "width": size[1]}
    if not isinstance(size, Mapping):
        keeps = raw.get("default_to_square") is False or kind in _KEEP_PROPORTIONS
        longest = raw.get("max_size", _LONGEST) if kind in _DETECTORS else raw.get("max_size")
        square = {"height": size, "width": size}
        size = {"shortest_edge": size, "longest_edge": longest} if keeps else square
    return _sized(size, raw, kind)


def _sized(size: Mapping[str, Any], raw: Mapping[str, Any], kind: str) -> Resize:
    if size.get("shortest_edge") is not None:
        edge = _side(size, "shortest_edge")
        if kind == "ConvNext" or "crop_pct" in raw:
            return Share(edge=edge, share=_number(raw, "crop_pct", 224 / 256))
        longest = None if size.get("longest_edge") is None else _side(size, "longest_edge")
        return ShortestEdge(edge=edge, longest=longest, multiple=_MULTIPLES.get(kind, 1))
    if size.get("max_height") is not None:
        return Within(size=(_side(size, "max_height"), _side(size, "max_width")))
    return Exactly(size=(_side(size, "height"), _side(size, "width")))


def _crop(raw: Mapping[str, Any]) -> Size | None:
    if not raw.get("do_center_crop", False):
        return None
    return _square(raw.get("crop_size"), "crop_size")


def _pad(raw: Mapping[str, Any]) -> Size | bool:
    if not raw.get("do_pad", raw.get("pad_and_return_pixel_mask", False)):
        return False
    return _square(raw["pad_size"], "pad_size") if raw.get("pad_size") is not None else True


def _square(value: Any, name: str) -> Size:
    if isinstance(value, list) and len(value) == 2:
        value = {"height": value[0], "width": value[1]}
    if not isinstance(value, Mapping):
        value = {"height": value, "width": value}
    return _side(value, "height", name), _side(value, "width", name)


def _side(size: Mapping[str, Any], key: str, name: str = "size") -> int:
    value = size.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_SIDE:
        raise _wrong(f"must give “{name}” as “{key}” in whole pixels, 1 to {MOST_SIDE}")
    return value


def _resample(raw: Mapping[str, Any]) -> int:
    """Pillow's number of a filter: 2 is bilinear."""
    value = raw.get("resample", 2)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 5:
        raise _wrong("must give “resample” as Pillow's number of a filter, 0 to 5")
    return value


def _number(raw: Mapping[str, Any], name: str, default: float) -> float:
    value = raw.get(name, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e6:
        raise _wrong(f"must give “{name}” as a number above 0")
    return float(value)


def _levels(raw: Mapping[str, Any], kind: str, name: str) -> tuple[float, ...] | None:
    """One number for each channel, or one for all."""
    if not raw.get("do_normalize", name in raw and kind not in _NOT_NORMALIZED):
        return None
    value = raw.get(name)
    values = value if isinstance(value, list) else [value]
    if not values or not all(type(each) in (int, float) for each in values):
        raise _wrong(f"must give “{name}” as numbers, one for each channel")
    return tuple(map(float, values))


def _check_levels(settings: ImageSettings) -> None:
    for name, values in (("image_mean", settings.mean), ("image_std", settings.std)):
        if values is not None and len(values) not in (1, settings.channels):
            raise _wrong(
                f"has {len(values)} numbers in “{name}”, the model takes {settings.channels} "
                "channels"
            )
    if settings.std is not None and 0 in settings.std:
        raise _wrong("has a 0 in “image_std”")
