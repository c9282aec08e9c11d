"""Inputs that are images: the name of one of the dataset's files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys

MAX_NAME_LENGTH = 100
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(png|jpg|jpeg)")


def image_input(value: object) -> dict[str, str]:
    """Check ``{"image": name}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("image",))
    name = value["image"]
    if not isinstance(name, str) or not is_image_name(name):
        raise RowInvalid(
            "bad_input",
            "input.image must be a file name such as photo-1.png: letters, digits, _ - and ., "
            f"ending in .png, .jpg or .jpeg, at most {MAX_NAME_LENGTH} characters",
        )
    return {"image": name}


def is_image_name(name: str) -> bool:
    """Tell whether ``name`` is a plain file name that an image of a dataset may have."""
    return len(name) <= MAX_NAME_LENGTH and _NAME.fullmatch(name) is not None


def image_files(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the files that an input refers to."""
    return (row["image"],)
