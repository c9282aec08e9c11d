"""Files written by something hostile are read only when they are what they seem."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import reader


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    (folder / "task").mkdir(parents=True)
    (folder / "task" / "good").write_bytes(b"content")
    return folder


def read(root: Path, path: str, limit: int = 100) -> tuple[dict[str, object], bytes]:
    descriptor = os.open(root, reader.FOLDER)
    try:
        head, *body = reader.read_named(descriptor, path, limit)
    finally:
        os.close(descriptor)
    return json.loads(head), b"".join(body)


def refusal(root: Path, path: str) -> object:
    head, body = read(root, path)
    assert body == b""
    return head["refused"]


def test_a_plain_file_is_read(root: Path) -> None:
    assert read(root, "task/good") == (
        {"path": "task/good", "size": 7, "refused": None},
        b"content",
    )


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_not(root: Path) -> None:
    assert read(root, "task/good", 7)[1] == b"content"
    assert read(root, "task/good", 6) == (
        {"path": "task/good", "size": 0, "refused": "too_large"},
        b"",
    )


def test_an_absent_file_is_absent(root: Path) -> None:
    assert refusal(root, "task/none") == "absent"
    assert refusal(root, "none/good") == "absent"


def test_links_are_not_followed(root: Path) -> None:
    (root / "task" / "link").symlink_to(root / "task" / "good")
    (root / "linked").symlink_to(root / "task")
    (root / "task" / "outside").symlink_to("/etc/passwd")
    for path in ("task/link", "linked/good", "task/outside"):
        assert refusal(root, path) == "not_a_file"


def test_a_second_name_is_refused(root: Path) -> None:
    os.link(root / "task" / "good", root / "other")
    assert refusal(root, "task/good") == "linked"


def test_what_is_no_file_is_refused_without_waiting(root: Path) -> None:
    os.mkfifo(root / "task" / "fifo")
    (root / "task" / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "task" / "socket"))
        for name in ("fifo", "folder", "socket"):
            assert refusal(root, f"task/{name}") == "not_a_file"


def test_a_device_is_refused(tmp_path: Path) -> None:
    assert refusal(Path("/dev"), "zero") == "not_a_file"


def test_all_files_together_have_a_limit_too(root: Path) -> None:
    with (root / "task" / "hole").open("wb") as sink:
        sink.truncate(60)
    descriptor = os.open(root, reader.FOLDER)
    try:
        wanted = [("task/good", 100), ("task/hole", 100), ("task/good", 100)]
        frames = b"".join(reader.read_all(descriptor, wanted, 50))
    finally:
        os.close(descriptor)
    first, second, third, usage = (
        json.loads(line) for line in frames.replace(b"content", b"").splitlines()
    )
    assert [each["refused"] for each in (first, second, third)] == [None, "too_large", None]
    assert set(usage) == {"used_bytes", "used_files", "full"}


def test_it_runs_as_a_program_of_its_own(root: Path) -> None:
    source = Path(reader.__file__).read_text()
    wanted = json.dumps([["task/good", 100]])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", source, str(root), wanted, "100"],
        capture_output=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert json.loads(lines[0])["size"] == 7
    assert lines[1].startswith(b"content{")


def test_no_descriptor_stays_open(root: Path) -> None:
    (root / "task" / "link").symlink_to("good")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in ("task/good", "task/link", "task/none", "none/good", "task"):
        read(root, path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
