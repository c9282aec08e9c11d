"""Entries' folders: built once, built again when an input changes, never half."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import models
from demo.entries import ENTRIES, HEADLESS, Entry
from demo.models import Watch, build
from demo.processes import Child, ChildDied, Children
from demo.tasks import HEADED

WRITE = """
import pathlib, sys
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
(out / sys.argv[2]).write_text(sys.argv[3])
print("wrote", flush=True)
"""
ENTRY = Entry(
    participant="ada",
    model="made up",
    calls=(
        ("write.py", "{out}", "config.json", "{{}}"),
        ("write.py", "{out}/tasks/words", "head", "{data}"),
    ),
    inputs=("data",),
)


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    made = Children(tmp_path / "logs")
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    examples, data = tmp_path / "examples", tmp_path / "data"
    for folder in (examples, data):
        folder.mkdir()
    (examples / "write.py").write_text(WRITE)
    (data / "manifest.json").write_text("{}")
    monkeypatch.setattr(models, "EXAMPLES", examples)
    monkeypatch.setattr(models, "RUNNER_PYTHON", Path(sys.executable))
    return examples


def unwatched(_child: Child) -> None:
    return None


def built(children: Children, watch: Watch, tmp_path: Path) -> Path:
    return build(ENTRY, children, watch, folder=tmp_path / "models", data=tmp_path / "data")


def test_folder_holds_what_the_scripts_wrote(children: Children, tmp_path: Path) -> None:
    watched: list[str] = []
    folder = built(children, lambda child: watched.append(child.name), tmp_path)
    assert (folder / "config.json").read_text() == "{}"
    assert (folder / "tasks" / "words" / "head").read_text() == str(tmp_path / "data")
    assert watched == ["model-ada-1", "model-ada-2"]
    assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]


def test_second_start_runs_no_script(children: Children, tmp_path: Path, scripts: Path) -> None:
    folder = built(children, unwatched, tmp_path)
    (folder / "config.json").write_text("kept")
    assert built(children, unwatched, tmp_path) == folder
    assert (folder / "config.json").read_text() == "kept"


@pytest.mark.parametrize("changed", ["examples/write.py", "data/manifest.json"])
def test_changed_input_builds_anew_and_drops_the_old(
    children: Children, tmp_path: Path, changed: str
) -> None:
    old = built(children, unwatched, tmp_path)
    with (tmp_path / changed).open("a") as stream:
        stream.write("\n")
    new = built(children, unwatched, tmp_path)
    assert new != old
    assert [path.name for path in (tmp_path / "models").iterdir()] == [new.name]


def test_failing_script_leaves_no_folder(children: Children, tmp_path: Path, scripts: Path) -> None:
    (scripts / "write.py").write_text("raise SystemExit('no such task')")
    with pytest.raises(ChildDied, match="no such task"):
        built(children, unwatched, tmp_path)
    assert not list((tmp_path / "models").glob("ada-*"))


def test_every_entry_but_the_headless_brings_a_head_for_the_predict_task() -> None:
    for entry in ENTRIES:
        outs = [call[call.index("--out") + 1] for call in entry.calls]
        assert (f"{{out}}/tasks/{HEADED.slug}" in outs) is (entry is not HEADLESS)
    assert ("--task", HEADED.slug) == HEADLESS.calls[1][3:5]
