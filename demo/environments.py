"""Environments under ``var/env``: made once, marked by the lock files that they satisfy.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from demo.debian import Say, SetupError

MARKER = ".podium-locks.json"
TAIL_LINES = 15
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Commands:
    """Child processes of the set-up, so that an interruption leaves none behind."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._stopped = False

    def run(self, command: Sequence[str | Path], log: IO[bytes]) -> int:
        """Run ``command`` with its output in ``log``; return its exit status."""
        with self._guard:
            if self._stopped:
                raise SetupError("Interrupted.")
            child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            self._running.add(child)
        try:
            return child.wait()
        finally:
            with self._guard:
                self._running.discard(child)

    def stop(self) -> None:
        """End every child and start no other."""
        with self._guard:
            self._stopped = True
            for child in self._running:
                child.terminate()


class Installer(Protocol):
    """How an environment is filled: the commands to try, one list of steps per way."""

    def ways(self, root: Path, lock: Path) -> Iterator[list[list[str | Path]]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A folder that satisfies ``lock`` and, with it, the locks in ``contains``."""

    name: str
    root: Path
    lock: Path
    contains: tuple[Path, ...]
    installer: Installer

    def fingerprints(self) -> dict[str, str]:
        """Name each satisfied lock file and the sha256 of its content."""
        locks = (self.lock, *self.contains)
        return {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest() for lock in locks}

    def is_current(self) -> bool:
        """Tell whether the environment was completed for this Python and this very lock file."""
        marked = _read_marker(self.root / MARKER)
        name, fingerprint = self.lock.name, self.fingerprints()[self.lock.name]
        return marked.get(name) == fingerprint and marked.get("python") == PYTHON


def ensure(environment: Environment, commands: Commands, say: Say) -> bool:
    """Complete ``environment``; return False when there was nothing to do.

    The marker is removed first and written last, so an interrupted start is done again.
    """
    if environment.is_current():
        return False
    environment.root.parent.mkdir(parents=True, exist_ok=True)
    with _alone(environment.root.with_suffix(".guard")):
        if environment.is_current():
            return False
        started = time.monotonic()
        say(f"{environment.name}: installing from {environment.lock.name} …")
        (environment.root / MARKER).unlink(missing_ok=True)
        _install(environment, commands)
        _write_marker(environment)
        say(f"{environment.name}: ready in {time.monotonic() - started:.0f} s")
    return True


def _install(environment: Environment, commands: Commands) -> None:
    log_path = environment.root.with_suffix(".log")
    with log_path.open("wb") as log:
        for steps in environment.installer.ways(environment.root, environment.lock):
            if all(commands.run(step, log) == 0 for step in steps):
                return
    tail = log_path.read_text(errors="replace").strip().splitlines()[-TAIL_LINES:]
    raise SetupError(
        "\n".join(tail) + f"\n{environment.name}: the installation failed; "
        f"all of its output is in {log_path}. Start again to try once more."
    )


def new_venv(root: Path) -> list[list[str | Path]]:
    """Return the steps that lead to a working empty venv at ``root`` (none where one works)."""
    python = root / "bin" / "python"
    if _is_of_this_python(root) and _answers([python, "-m", "pip", "--version"]):
        return []
    shutil.rmtree(root, ignore_errors=True)
    return [[sys.executable, "-m", "venv", root]]


def _is_of_this_python(root: Path) -> bool:
    return (root / "lib" / f"python{PYTHON}").is_dir()


def _answers(command: Sequence[str | Path]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _read_marker(path: Path) -> Mapping[str, str]:
    try:
        marked = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return marked if isinstance(marked, dict) else {}


def _write_marker(environment: Environment) -> None:
    part = environment.root / (MARKER + ".part")
    part.write_text(json.dumps({**environment.fingerprints(), "python": PYTHON}))
    part.replace(environment.root / MARKER)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time fill an environment; another start waits here."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
