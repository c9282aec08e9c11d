"""The reader of /out meets folders that a hostile run filled, and shows nothing from outside."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import strategies as st

from sandbox.output import Collected, collect, wanted_files
from sandbox.reader import FOLDER, read_all
from sandbox.spec import RunSpec
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.sandbox.lab import LIMITS, MIB

SPEC = RunSpec(name="run", input_dir=Path("/in"), tasks=("a", "b"), limits=LIMITS)
TOTAL = 256 * KIB
CANARY = b"a secret of the host"


def _socket(path: Path, secret: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's address is short, so it is bound by its name alone
        try:
            bound.bind(path.name)
        finally:
            os.chdir(here)


def _sparse(path: Path, secret: Path) -> None:
    with path.open("wb") as file:
        file.truncate(64 * MIB)


NODES: dict[str, Callable[[Path, Path], object]] = {
    "absent": lambda path, secret: None,
    "link": lambda path, secret: path.symlink_to(secret),
    "dangling link": lambda path, secret: path.symlink_to("nowhere"),
    "link to itself": lambda path, secret: path.symlink_to(path.name),
    "hard link": lambda path, secret: path.hardlink_to(secret),
    "folder": lambda path, secret: path.mkdir(),
    "FIFO": lambda path, secret: os.mkfifo(path),
    "socket": _socket,
    "sparse": _sparse,
}
REFUSED = {
    "absent": "absent",
    "hard link": "linked",
    "sparse": "too_large",
}
"""Codes by kind of node; all others are `not_a_file`."""
Node = str | bytes
Tree = tuple[dict[str, Node], bool, bool]


def trees() -> st.SearchStrategy[Tree]:
    """What lies at each wanted path; whether b is a link to a folder outside; strangers beside."""
    contents = st.one_of(
        st.sampled_from(
            [b'{"status": "ok"}', b'{"status": "failed"}', b"", b"\xff", b"x" * 20_000]
        ),
        st.builds(lambda size: bytes(size), st.integers(0, 200 * KIB)),
        st.binary(max_size=50),
    )
    nodes = st.one_of(contents, contents, st.sampled_from(list(NODES)))
    files = st.fixed_dictionaries({path: nodes for path, _ in wanted_files(SPEC)})
    return st.tuples(files, st.booleans(), st.booleans())


def build(root: Path, secret: Path, tree: Tree) -> None:
    files, linked_folder, strangers = tree
    (root / "a").mkdir()
    if linked_folder:
        (root / "b").symlink_to(secret.parent)
    else:
        (root / "b").mkdir()
    for path, node in files.items():
        if linked_folder and path.startswith("b/"):
            continue
        if isinstance(node, bytes):
            (root / path).write_bytes(node)
        else:
            NODES[node](root / path, secret)
    if strangers:
        (root / "a" / "scores.json").write_bytes(CANARY)
        (root / "c").mkdir()


def read(root: Path, output: Path) -> Collected:
    folder = os.open(root, FOLDER)
    try:
        return collect(read_all(folder, wanted_files(SPEC), TOTAL), spec=SPEC, output_dir=output)
    finally:
        os.close(folder)


def expected(tree: Tree) -> dict[str, Node]:
    """For each wanted path its content, or the code of its refusal."""
    files, linked_folder, _ = tree
    left = TOTAL
    found: dict[str, Node] = {}
    for path, limit in wanted_files(SPEC):
        node = files[path]
        if linked_folder and path.startswith("b/"):
            found[path] = "not_a_file"
        elif isinstance(node, str):
            found[path] = REFUSED.get(node, "not_a_file")
        elif len(node) > min(limit, left):
            found[path] = "too_large"
        else:
            found[path] = node
            left -= len(node)
    return found


def test_a_hostile_folder_gives_its_own_plain_files_and_nothing_else(tmp_path: Path) -> None:
    watch = Watch(times=4, constant=3 * MIB)

    def check(tree: Tree) -> None:
        place = Path(mkdtemp(dir=tmp_path))
        root, outside, output = place / "out", place / "outside", place / "collected"
        for folder in (root, outside, output):
            folder.mkdir()
        secret = outside / "predictions.jsonl"
        secret.write_bytes(CANARY)
        build(root, secret, tree)
        collected = watch.read(lambda: read(root, output), size=TOTAL)
        assert collected is not None
        for path, what in expected(tree).items():
            check_found(path, what, collected, output)
        shutil.rmtree(place)

    fuzz(trees(), check, watch)


def check_found(path: str, what: Node, collected: Collected, output: Path) -> None:
    task, name = path.split("/")
    found = collected.tasks[task]
    if isinstance(what, str):
        assert found.refused[name] == what
        assert not (output / path).exists()
    elif name == "predictions.jsonl":
        assert name not in found.refused
        assert (output / path).read_bytes() == what
    else:
        assert (found.report is None) == (name in found.refused)
        assert CANARY.decode() not in str(found.report)
