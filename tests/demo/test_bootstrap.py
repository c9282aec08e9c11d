"""Bootstrap: chains side by side, the first failure told, nothing beyond the standard library."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import bootstrap
from demo.bootstrap import HashedInstaller, set_up
from demo.debian import SetupError
from demo.environments import Commands, Environment
from demo.paths import REQUIREMENTS, ROOT


class Program:
    """An installer that runs one Python program."""

    def __init__(self, program: str) -> None:
        self._program = program

    def ways(self, root: Path, lock: Path) -> Iterator[list[list[str | Path]]]:
        root.mkdir(exist_ok=True)
        yield [[sys.executable, "-c", self._program]]


def environment(folder: Path, name: str, program: str) -> Environment:
    lock = folder / f"{name}.lock"
    lock.write_text("one==1\n")
    return Environment(
        name=name, root=folder / name, lock=lock, contains=(), installer=Program(program)
    )


def test_first_failure_is_told_and_stops_the_other_chain(tmp_path: Path) -> None:
    slow = environment(tmp_path, "slow", "import time; time.sleep(60)")
    broken = environment(tmp_path, "broken", "raise SystemExit('the wheel is gone')")
    with pytest.raises(SetupError, match="the wheel is gone"):
        set_up([[slow], [broken]], Commands())
    assert not slow.is_current()


def test_chain_stops_at_its_first_failure(tmp_path: Path) -> None:
    broken = environment(tmp_path, "broken", "raise SystemExit(1)")
    later = environment(tmp_path, "later", "pass")
    with pytest.raises(SetupError):
        set_up([[broken, later]], Commands())
    assert not later.root.exists()


def test_platform_is_installed_by_uv_and_by_pip_without_it(tmp_path: Path) -> None:
    by_uv, by_pip = HashedInstaller().ways(tmp_path / "env", REQUIREMENTS / "platform.lock")
    assert by_uv[-1][0] == tmp_path / "env" / "bin" / "uv"
    for steps in (by_uv, by_pip):
        assert "--require-hashes" in steps[-1]
        assert steps[-1][-1] == REQUIREMENTS / "platform.lock"


def test_development_adds_to_the_platform_and_moves_no_version() -> None:
    def pins(name: str) -> set[str]:
        lines = (REQUIREMENTS / name).read_text().splitlines()
        return {line.split()[0] for line in lines if "==" in line.split("#")[0]}

    assert pins("platform.lock") <= pins("dev.lock")


def test_needs_the_standard_library_alone() -> None:
    program = "import sys, demo.bootstrap as b; print(b.__file__)"
    bare = [sys.executable, "-S", "-I", "-c", f"import sys; sys.path[:0] = ['.']; {program}"]
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "installed"),
    [([], False), (["--tensorflow"], True), (["--dev"], True)],
)
def test_tensorflow_is_installed_only_where_it_is_asked_for(
    arguments: list[str], installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    chains: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "missing_packages", lambda _environ: [])
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)
    monkeypatch.setattr(
        bootstrap,
        "set_up",
        lambda found, _commands: chains.extend([each.name for each in chain] for chain in found),
    )
    assert bootstrap.main(arguments) == 0
    assert chains[:2] == [["platform"], ["runner", "examples"]]
    assert chains[2:] == ([["tensorflow"]] if installed else [])


def test_without_rights_the_command_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_arguments: object) -> None:
        raise SetupError("run this as root")

    monkeypatch.setattr(bootstrap, "missing_packages", lambda _environ: ["bubblewrap"])
    monkeypatch.setattr(bootstrap, "install_packages", refuse)
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)
    assert bootstrap.main([]) == 1
    assert "run this as root" in capsys.readouterr().err
