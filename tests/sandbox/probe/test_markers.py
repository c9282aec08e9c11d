"""Marks are left in every place that can be written, and found there."""

from pathlib import Path

import pytest

from sandbox.probe import markers


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / "gone"]
    for folder in folders[:2]:
        folder.mkdir()
    monkeypatch.setattr(markers, "places", lambda: iter(folders))
    return folders


def test_a_mark_is_found_where_it_could_be_left(places: list[Path]) -> None:
    assert markers.found("mark") == []
    markers.leave("mark")
    assert markers.found("mark") == [str(places[0]), str(places[1])]
    assert markers.found("other") == []


def test_folders_below_writable_mounts_are_walked_and_no_others(tmp_path: Path) -> None:
    for name in ("free/deep", "sealed", "covered", "kernel", "absent"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "absent").rmdir()
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"30 25 0:26 / {tmp_path}/free rw,nosuid - tmpfs tmpfs rw,size=4k\n"
        f"31 25 0:27 / {tmp_path}/sealed ro,nosuid - tmpfs tmpfs rw\n"
        f"32 25 0:28 / {tmp_path}/covered rw - ext4 /dev/vda ro,relatime\n"
        f"33 25 0:29 / {tmp_path}/kernel rw - proc proc rw\n"
        f"34 25 0:30 / {tmp_path}/absent rw shared:9 - tmpfs tmpfs rw\n"
    )
    walked = {path.relative_to(tmp_path).as_posix() for path in markers.places(mounts)}
    assert walked == {"free", "free/deep"}


def test_where_a_mark_could_be_left_none_is(places: list[Path]) -> None:
    assert markers.writable("mark") == [str(places[0]), str(places[1])]
    assert markers.found("mark") == []
