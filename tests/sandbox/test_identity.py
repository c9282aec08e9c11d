"""What a run was run with has a digest that changes with it, and with nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.bubblewrap import BubblewrapBackend
from sandbox.identity import hardware, identity_of, packages_sha256, source_sha256
from sandbox.selection import RUNNER_PACKAGE


def package(folder: Path, *, text: str) -> Path:
    folder.mkdir()
    (folder / "__main__.py").write_text(text)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_text(str(folder))
    return folder


def test_a_package_is_known_by_its_sources_alone(tmp_path: Path) -> None:
    first = source_sha256(package(tmp_path / "a", text="1"))
    assert first == source_sha256(package(tmp_path / "b", text="1"))
    assert first != source_sha256(package(tmp_path / "c", text="2"))
    assert re.fullmatch("[0-9a-f]{64}", source_sha256(RUNNER_PACKAGE))


def test_an_environment_is_known_by_what_is_installed(tmp_path: Path) -> None:
    def python(name: str, *installed: str) -> Path:
        for each in installed:
            (tmp_path / name / "lib/python3.11/site-packages" / f"{each}.dist-info").mkdir(
                parents=True
            )
        return tmp_path / name / "bin" / "python"

    first = packages_sha256(python("a", "torch-2.0", "numpy-2.1"))
    assert first == packages_sha256(python("b", "numpy-2.1", "torch-2.0"))
    assert first != packages_sha256(python("c", "numpy-2.1", "torch-2.1"))


def test_a_backend_names_its_environment_and_one_that_says_nothing_does_no_harm(
    tmp_path: Path,
) -> None:
    backend = BubblewrapBackend(
        pythons={"torch": tmp_path / "bin/python"}, runner_package=RUNNER_PACKAGE
    )
    told = identity_of(backend, "torch")
    assert set(told) == {"environment", "packages_sha256", "runner_sha256"}
    assert told["runner_sha256"] == source_sha256(RUNNER_PACKAGE)
    assert identity_of(object(), "torch") == {"environment": "torch"}


def test_the_machine_is_told() -> None:
    told = hardware()
    assert told["cores"] >= 1
    assert told["memory_bytes"] > 1 << 20
