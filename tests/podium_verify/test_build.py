"""The packed program runs as a stranger would run it: one file, in environments without Django."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from podium_verify.build import FRAMEWORKS, build
from tests.podium_verify import pure_record

SITE = Path(sysconfig.get_path("purelib"))
SIGNATURES = ("cryptography", "cffi", "_cffi_backend", "pycparser")
FOREIGN = ("django", "rest_framework", "unfold", "drf_", "allauth", "rq", "redis", "docker")
FILES = {
    "--key": "keys.json",
    "--predictions": "predictions.jsonl",
    "--labels": "labels.jsonl",
    "--facts": "replay.json",
    "--manifest": "manifest.txt",
    "--log": "log.jsonl",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Downloads and the program beside them, no source around."""
    made = tmp_path / "downloads"
    made.mkdir()
    pure_record.write(made)
    build(made / "podium-verify")
    return made


def environment(root: Path, wanted: Callable[[str], bool]) -> Path:
    """Make an environment with those of this one's packages that are wanted; return its bin."""
    venv.create(root, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(root)}))
    for each in SITE.iterdir():
        if wanted(each.name):
            (packages / each.name).symlink_to(each)
    return root / "bin"


def run(folder: Path, programs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["./podium-verify", *arguments],
        cwd=folder,
        env={"PATH": str(programs), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def given() -> list[str]:
    return ["record.json", *(word for pair in FILES.items() for word in pair)]


def test_python_and_cryptography_suffice_for_signature_digests_and_log(
    folder: Path, tmp_path: Path
) -> None:
    programs = environment(tmp_path / "env", lambda name: name.split(".")[0] in SIGNATURES)
    done = run(folder, programs, *given())
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "ok           signed with the key",
        "ok           the predictions",
        "ok           the labels, by their commitment",
        "ok           the log names this record",
        "not checked  the score itself: the library numpy is not installed",
    ):
        assert line in done.stdout
    (folder / "predictions.jsonl").write_bytes(b"{}\n")
    assert run(folder, programs, *given()).returncode == 1


def test_a_library_that_is_missing_among_the_others_is_named(folder: Path, tmp_path: Path) -> None:
    absent = (*FOREIGN, "sacrebleu")
    programs = environment(tmp_path / "env", lambda name: not name.lower().startswith(absent))
    done = run(folder, programs, *given())
    assert (done.returncode, done.stderr) == (0, "")
    assert "not checked  the score itself: the library sacrebleu is not installed" in done.stdout


def test_with_the_scoring_libraries_a_score_is_computed_again(folder: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "env", lambda name: not name.lower().startswith(FOREIGN))
    checked = subprocess.run(
        [programs / "python3", "-c", "import django"], capture_output=True, check=False, text=True
    )
    assert "No module named 'django'" in checked.stderr
    done = run(folder, programs, *given())
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok           value, computed again" in done.stdout
    assert "ok           low end of the interval, computed again" in done.stdout


def test_the_program_names_no_framework_and_the_same_source_gives_the_same_bytes(
    folder: Path, tmp_path: Path
) -> None:
    program = folder / "podium-verify"
    assert build(tmp_path / "again").read_bytes() == program.read_bytes()
    assert os.access(program, os.X_OK)
    with zipfile.ZipFile(program) as archive:
        lines = [
            line.strip() for name in archive.namelist() for line in archive.read(name).splitlines()
        ]
        assert "scoring/replay.py" in archive.namelist()
    starts = tuple(f"{word} {name}".encode() for name in FRAMEWORKS for word in ("import", "from"))
    assert [line for line in lines if line.startswith(starts)] == []


def test_the_builder_says_where_the_program_lies(tmp_path: Path) -> None:
    target = tmp_path / "a" / "verify"
    done = subprocess.run(
        [sys.executable, "-m", "podium_verify.build", str(target)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{target}\n"
    assert target.is_file()
