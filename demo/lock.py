"""Resolve the lock files anew from ``requirements/*.in``: ``make lock``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from demo.paths import PLATFORM_PYTHON, REQUIREMENTS

OLDEST_PYTHON = "3.11"


def lock_hashed(name: str, *constraints: str) -> None:
    """Resolve for the oldest Python and write the hashes of all files, newer ones' included."""
    _uv_compile(name, "--generate-hashes", *_constrained(constraints))


def lock_without_dependencies(name: str) -> None:
    """Pin the named packages alone: they are installed beside an environment that has the rest."""
    _uv_compile(name, "--no-deps")


def lock_by_pip(name: str) -> None:
    """Pin what pip itself takes, wheels on disk included, by installing it once."""
    with tempfile.TemporaryDirectory() as folder:
        _run(sys.executable, "-m", "venv", folder)
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip"]
        _run(*pip, "install", "--quiet", "-r", str(REQUIREMENTS / f"{name}.in"))
        frozen = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    pins = [line.split("+")[0] for line in frozen.splitlines() if "==" in line]
    (REQUIREMENTS / f"{name}.lock").write_text("\n".join(pins) + "\n")


def _constrained(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("-c", str(REQUIREMENTS / f"{name}.lock"))]


def _uv_compile(name: str, *options: str) -> None:
    source, target = REQUIREMENTS / f"{name}.in", REQUIREMENTS / f"{name}.lock"
    uv = str(PLATFORM_PYTHON.with_name("uv"))
    quiet = ["--quiet", "--no-header", "--no-annotate", "--upgrade"]
    versions = ["--python-version", OLDEST_PYTHON]
    _run(uv, "pip", "compile", *quiet, *versions, *options, str(source), "-o", str(target))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Write every lock file; what the tests add never moves a version of the platform."""
    lock_hashed("uv")
    lock_hashed("platform")
    lock_hashed("dev", "platform")
    lock_by_pip("runner")
    lock_hashed("tensorflow")
    lock_without_dependencies("examples")


if __name__ == "__main__":
    main()
