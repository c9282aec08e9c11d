"""`make image`: build an image of each environment from its lock and sandbox/runner.

The wheels are collected by this machine's pip, outside the build, so that its configuration
decides where they come from (which build of torch, for instance), and the build itself needs no
network. Both steps are keyed by content: nothing is done twice.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sandbox.image.commands import ROOT, BuildError, call, has_image, need_engine, say

DEFAULT_BASE = "python:3.11-slim"
LOCAL_BASE = "podium-base:latest"
REQUIREMENTS = ROOT / "requirements"
RUNNER = ROOT / "sandbox" / "runner"
DOCKERFILE = Path(__file__).with_name("Dockerfile")
WHEELHOUSES = ROOT / "var" / "wheelhouse"


@dataclass(frozen=True, slots=True)
class Image:
    """An image by its name without a tag, and the lock of what it holds beside the runner."""

    name: str
    lock: Path


IMAGES = (
    Image("podium-runner", REQUIREMENTS / "runner.lock"),
    Image("podium-runner-tensorflow", REQUIREMENTS / "tensorflow.lock"),
)


def runner_sources(folder: Path) -> list[Path]:
    """The files of the runner package, in a fixed order, without compiled ones."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def digest(files: Iterable[Path], *, relative_to: Path) -> str:
    """Hash names and contents of files to twelve hexadecimal digits."""
    total = hashlib.sha256()
    for path in files:
        name = path.relative_to(relative_to).as_posix().encode()
        total.update(b"%d:%s:%d:" % (len(name), name, path.stat().st_size))
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def collect_wheels(lock: Path) -> Path:
    """Return a folder that holds a wheel of every requirement, filled by pip when it is new."""
    key = digest([lock], relative_to=ROOT)
    folder = WHEELHOUSES / f"{key}-py{sys.version_info.major}{sys.version_info.minor}"
    if folder.is_dir():
        say(f"wheels are here: {folder.relative_to(ROOT)}")
        return folder
    WHEELHOUSES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WHEELHOUSES) as scratch:
        partial = Path(scratch, "wheels")
        call(
            [
                *(sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps"),
                *("--wheel-dir", str(partial), "--requirement", str(lock)),
            ],
            hint=f"pip could not collect the wheels of requirements/{lock.name}.",
        )
        partial.rename(folder)
    return folder


def choose_base() -> str:
    """BASE_IMAGE if it is set, else the base made here by `make base-image`, else the default."""
    if chosen := os.environ.get("BASE_IMAGE"):
        return chosen
    return LOCAL_BASE if has_image(LOCAL_BASE) else DEFAULT_BASE


def fill_context(context: Path, wheels: Path, lock: Path) -> None:
    """Lay out the build context: Dockerfile, lock, wheels (hard links where possible), runner."""
    shutil.copy(DOCKERFILE, context / "Dockerfile")
    shutil.copy(lock, context / "runner.lock")
    shutil.copytree(RUNNER, context / "runner", ignore=shutil.ignore_patterns("__pycache__"))
    (context / "wheels").mkdir()
    for wheel in wheels.iterdir():
        (context / "wheels" / wheel.name).hardlink_to(wheel)


def build(image: Image) -> str:
    """Build an image that is not there yet and return its full name."""
    base = choose_base()
    sources = digest([DOCKERFILE, image.lock, *runner_sources(RUNNER)], relative_to=ROOT)
    full_name = f"{image.name}:{sources}"
    if not has_image(full_name):
        wheels = collect_wheels(image.lock)
        with tempfile.TemporaryDirectory(dir=WHEELHOUSES) as scratch:
            fill_context(Path(scratch), wheels, image.lock)
            call(
                [
                    *("docker", "build", "--network", "none", "--tag", full_name),
                    *("--build-arg", f"BASE_IMAGE={base}", scratch),
                ],
                hint=f"If {base} can't be pulled here, run `make base-image` first.",
            )
    latest = f"{image.name}:latest"
    call(["docker", "tag", full_name, latest], hint="The engine refused the tag.")
    say(f"built {full_name}, also called {latest}")
    return full_name


def main() -> int:
    """Build and name the images, or say why not."""
    try:
        need_engine()
        for image in IMAGES:
            build(image)
    except BuildError as error:
        say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
