"""Make the project's own environments: ``python -m demo.bootstrap [--dev] [--tensorflow]``.

Standard library only, any Python 3.11 or newer. A second start finds the markers and does nothing.

``platform``    the site, workers and tests; by uv with hashes, or by pip where uv can't be had
``runner``      torch and transformers; by pip, so that a CPU wheel of torch on disk is taken
``examples``    two packages that the example scripts need on top of the runner's
``tensorflow``  the runner's other environment, like the platform's; only where it is asked for
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from types import FrameType

from demo.debian import SetupError, install_packages, missing_packages
from demo.environments import Commands, Environment, ensure, new_venv
from demo.paths import ENVIRONMENTS, REQUIREMENTS

OLDEST_PYTHON = (3, 11)
PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check")


class HashedInstaller:
    """Fill a venv with hash-checked packages: uv is fast, pip is the way without it."""

    def ways(self, root: Path, lock: Path) -> Iterator[list[list[str | Path]]]:
        """Yield the way by uv, then the way by pip."""
        python = root / "bin" / "python"
        hashes: list[str | Path] = ["--require-hashes", "-r"]
        uv: list[str | Path] = [python, *PIP_INSTALL, *hashes, REQUIREMENTS / "uv.lock"]
        by_uv: list[str | Path] = [root / "bin" / "uv", "pip", "install", "--quiet"]
        yield [*new_venv(root), uv, [*by_uv, "--python", python, *hashes, lock]]
        yield [*new_venv(root), [python, *PIP_INSTALL, *hashes, lock]]


class PipInstaller:
    """Fill a venv by pip alone, from wherever pip is set up to look."""

    def ways(self, root: Path, lock: Path) -> Iterator[list[list[str | Path]]]:
        """Yield the one way."""
        yield [*new_venv(root), [root / "bin" / "python", *PIP_INSTALL, "-r", lock]]


class FolderInstaller:
    """Fill a plain folder for PYTHONPATH with the pip of another environment."""

    def __init__(self, python: Path) -> None:
        self._python = python

    def ways(self, root: Path, lock: Path) -> Iterator[list[list[str | Path]]]:
        """Yield the one way."""
        target: list[str | Path] = ["--no-deps", "--upgrade", "--target", root, "-r", lock]
        yield [[self._python, *PIP_INSTALL, *target]]


def platform_environment() -> Environment:
    """Describe what the site and the workers need."""
    return _platform("platform.lock", ())


def development_environment() -> Environment:
    """Describe the same folder with what tests and checks need on top."""
    return _platform("dev.lock", (REQUIREMENTS / "platform.lock",))


def _platform(lock: str, contains: tuple[Path, ...]) -> Environment:
    return Environment(
        name="platform",
        root=ENVIRONMENTS / "platform",
        lock=REQUIREMENTS / lock,
        contains=contains,
        installer=HashedInstaller(),
    )


def runner_environments() -> tuple[Environment, Environment]:
    """Describe the sandbox's environment and the example scripts' packages, in this order."""
    runner = Environment(
        name="runner",
        root=ENVIRONMENTS / "runner",
        lock=REQUIREMENTS / "runner.lock",
        contains=(),
        installer=PipInstaller(),
    )
    examples = Environment(
        name="examples",
        root=ENVIRONMENTS / "examples",
        lock=REQUIREMENTS / "examples.lock",
        contains=(),
        installer=FolderInstaller(runner.root / "bin" / "python"),
    )
    return runner, examples


def tensorflow_environment() -> Environment:
    """Describe the sandbox's environment for SavedModels and Keras files."""
    return Environment(
        name="tensorflow",
        root=ENVIRONMENTS / "tensorflow",
        lock=REQUIREMENTS / "tensorflow.lock",
        contains=(),
        installer=HashedInstaller(),
    )


def set_up(chains: Sequence[Sequence[Environment]], commands: Commands) -> None:
    """Complete every chain of environments, the chains side by side.

    Raises:
        SetupError: the first failure; the other chains are stopped.
    """
    with ThreadPoolExecutor(max_workers=len(chains)) as pool:
        jobs = [pool.submit(_complete, chain, commands) for chain in chains]
        try:
            for job in wait(jobs, return_when=FIRST_EXCEPTION).done:
                job.result()
        except BaseException:
            commands.stop()
            raise


def _complete(chain: Sequence[Environment], commands: Commands) -> None:
    for environment in chain:
        ensure(environment, commands, say)


def say(line: str) -> None:
    """Print one line of progress at once."""
    print(line, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Set up what the arguments ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.bootstrap", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="add what tests and checks need")
    parser.add_argument("--tensorflow", action="store_true", help="add the format tensorflow")
    chosen = parser.parse_args(arguments)
    platform = development_environment() if chosen.dev else platform_environment()
    chains: list[Sequence[Environment]] = [[platform], runner_environments()]
    if chosen.dev or chosen.tensorflow:
        chains.append([tensorflow_environment()])
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetupError("Podium needs Python 3.11 or newer.")
        if needs := missing_packages(os.environ):
            install_packages(needs, say)
        set_up(chains, Commands())
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; start again to go on.", file=sys.stderr)
        return 130
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
