"""Regions as run lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.regions import check_regions_size, inside_runs, regions_label
from competitions.kinds.values import Region, Regions

CLASSES = ("ground", "leaf")
PARSE = get_kind("semantic_segmentation").answers["predict"].parse


def region(*counts: Any, label: Any = "leaf") -> dict[str, Any]:
    return {"label": label, "counts": list(counts)}


def row(*regions: Any, size: Any = (3, 4)) -> dict[str, Any]:
    return {"size": list(size), "regions": list(regions)}


def test_label_keeps_the_run_lengths() -> None:
    label = regions_label(row(region(3, 5, 4), region(0, 3, 9, label="ground")), CLASSES)
    assert (label.height, label.width) == (3, 4)
    assert [(each.label, list(each.counts)) for each in label.regions] == [
        ("leaf", [3, 5, 4]),
        ("ground", [0, 3, 9]),
    ]
    assert hash(label) == hash(
        regions_label(row(region(3, 5, 4), region(0, 3, 9, label="ground")), CLASSES)
    )


def test_answer_may_name_other_classes_and_cover_nothing() -> None:
    assert PARSE(row(region(12, label="sky")), CLASSES).regions[0].label == "sky"
    assert PARSE(row(), CLASSES) == Regions(3, 4, ())


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (row(region(3, 5, 4), size=(3,)), "wrong_type"),
        (row(region(3, 5, 4), size=(3, True)), "wrong_type"),
        (row(region(3, 5, 4), size=(3, 4.0)), "wrong_type"),
        (row(region(0, 0), size=(0, 4)), "out_of_range"),
        (row(size=(8193, 1)), "out_of_range"),
        (row(size=(2049, 2048)), "out_of_range"),
        (row(region(3, 5)), "counts_sum"),
        (row(region(3, 5, 4, 1)), "counts_sum"),
        (row(region(3, 10, -1)), "counts_sum"),
        (row(region(3, 5.0, 4)), "wrong_type"),
        (row(region(True, 11)), "wrong_type"),
        (row(region()), "wrong_type"),
        (row({"label": "leaf", "counts": "3 5 4"}), "bad_counts"),
        (row({"label": "leaf", "counts": ""}), "wrong_type"),
        (row({"label": "leaf", "counts": 12}), "wrong_type"),
        (row(region(12, label=3)), "wrong_type"),
        (row(region(12, label="x" * 201)), "wrong_type"),
        (row("leaf"), "wrong_type"),
        (row(*[region(12)] * 1001), "wrong_type"),
        (row(region(3, 5, 4), region(7, 5)), "overlap"),
        (row(region(3, 5, 4), region(3, 1, 8)), "overlap"),
        ({"size": [3, 4]}, "missing_key"),
        ({**row(), "png": ""}, "unknown_key"),
    ],
)
def test_malformed_answer_is_refused(value: dict[str, Any], code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        PARSE(value, CLASSES)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("leaf", "wrong_type"),
        (row(region(12)), "no_pixels"),
        (row(), "no_pixels"),
        (row(region(0, 12, label="sky")), "unknown_label"),
    ],
)
def test_malformed_label_is_refused(value: object, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        regions_label(value, CLASSES)
    assert fault.value.code == code


def test_size_must_be_that_of_the_image_which_is_named_by_width_first() -> None:
    label = regions_label(row(region(0, 12)), CLASSES)
    check_regions_size(label, (4, 3))
    with pytest.raises(RowInvalid, match=r"size must be \[4, 3\]"):
        check_regions_size(label, (3, 4))


@given(st.lists(st.sampled_from(["", "ground", "leaf"]), min_size=1, max_size=40))
def test_disjoint_regions_of_any_picture_pass_and_any_pixel_twice_is_refused(pixels) -> None:
    regions = [region(*runs_of(pixels, name), label=name) for name in CLASSES]
    found = PARSE(row(*regions, size=(len(pixels), 1)), CLASSES)
    for each in found.regions:
        inside = {i for start, stop in inside_runs(each) for i in range(start, stop)}
        assert inside == {i for i, name in enumerate(pixels) if name == each.label}
    for place, name in enumerate(pixels):
        if name:
            once_more = region(place, 1, len(pixels) - place - 1, label="leaf")
            with pytest.raises(RowInvalid, match="overlap"):
                PARSE(row(*regions, once_more, size=(len(pixels), 1)), CLASSES)


def runs_of(pixels: list[str], name: str) -> list[int]:
    """Return the run lengths of one class, by hand."""
    inside = np.array([False, *(each == name for each in pixels)])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return np.diff([0, *edges, len(pixels)]).tolist()


def test_runs_take_four_bytes_each() -> None:
    found = PARSE(row(region(3, 5, 4)), CLASSES)
    assert found.regions == (Region("leaf", np.array([3, 5, 4], dtype=np.uint32).tobytes()),)
