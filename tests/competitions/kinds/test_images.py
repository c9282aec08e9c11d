"""Names of images: plain file names and nothing else."""

import pytest

from competitions.kinds.faults import RowInvalid
from competitions.kinds.images import image_files, image_input, is_image_name


@pytest.mark.parametrize(
    "name", ["a.png", "photo-1.jpg", "0001_x.jpeg", "two.dots.png", "-.png", "a" * 96 + ".png"]
)
def test_plain_names_pass_and_are_what_the_row_refers_to(name: str) -> None:
    row = image_input({"image": name})
    assert row == {"image": name}
    assert image_files(row) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".png",
        ".hidden.png",
        "../a.png",
        "folder/a.png",
        "folder\\a.png",
        "/a.png",
        "a.gif",
        "a.png.exe",
        "a.PNG",
        "ä.png",
        "a b.png",
        "a.png\n",
        "a\0.png",
        "a" * 97 + ".png",
    ],
)
def test_any_other_name_is_refused(name: str) -> None:
    assert not is_image_name(name)
    with pytest.raises(RowInvalid, match="must be a file name such as"):
        image_input({"image": name})


@pytest.mark.parametrize("value", [None, "a.png", {}, {"image": 1}, {"image": "a.png", "b": 1}])
def test_any_other_shape_is_refused(value: object) -> None:
    with pytest.raises(RowInvalid):
        image_input(value)
