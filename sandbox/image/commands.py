"""How the image programs call other programs and end with a sentence instead of a traceback."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class BuildError(Exception):
    """The image can't be built here; the text says what to do."""


def call(command: Sequence[str], *, hint: str) -> None:
    """Run a program whose output the reader should see; raise BuildError when it fails."""
    say(" ".join(command[:4]) + (" …" if len(command) > 4 else ""))
    if subprocess.run(list(command), check=False, stdin=subprocess.DEVNULL).returncode != 0:
        raise BuildError(f"`{command[0]}` failed. {hint}")


def ask(command: Sequence[str]) -> str | None:
    """Return what a program printed, or None when it failed."""
    done = subprocess.run(list(command), check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def need(program: str, *, package: str) -> None:
    """Raise BuildError, naming the Debian package, when a program is absent."""
    if shutil.which(program) is None:
        raise BuildError(f"{program} is not installed. Run: apt-get install -y {package}")


def need_engine() -> None:
    """Raise BuildError unless the Docker client and its engine answer."""
    need("docker", package="docker.io")
    if ask(["docker", "version", "--format", "{{.Server.Version}}"]) is None:
        raise BuildError(
            "no Docker engine answers. Start one (on Debian: apt-get install -y docker.io) "
            "or set DOCKER_HOST to where it listens."
        )


def has_image(name: str) -> bool:
    """Whether the engine holds the image."""
    return ask(["docker", "image", "inspect", "--format", "{{.Id}}", name]) is not None


def say(text: str) -> None:
    """Print a line of progress."""
    sys.stderr.write(f"[image] {text}\n")
    sys.stderr.flush()
