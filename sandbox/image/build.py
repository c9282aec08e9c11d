"""`make image`: build podium-runner from requirements/runner.lock and sandbox/runner.

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
from pathlib import Path

from sandbox.image.commands import ROOT, BuildError, call, has_image, need_engine, say

NAME = "podium-runner"
DEFAULT_BASE = "python:3.11-slim"
LOCAL_BASE = "podium-base:latest"
LOCK = ROOT / "requirements" / "runner.lock"
RUNNER = ROOT / "sandbox" / "runner"
DOCKERFILE = Path(__file__).with_name("Dockerfile")
WHEELHOUSES = ROOT / "var" / "wheelhouse"


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


def collect_wheels() -> Path:
    """Return a folder that holds a wheel of every requirement, filled by pip when it is new."""
    key = digest([LOCK], relative_to=ROOT)
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
                *("--wheel-dir", str(partial), "--requirement", str(LOCK)),
            ],
            hint="pip could not collect the wheels of requirements/runner.lock.",
        )
        partial.rename(folder)
    return folder


def choose_base() -> str:
    """BASE_IMAGE if it is set, else the base made here by `make base-image`, else the default."""
    if chosen := os.environ.get("BASE_IMAGE"):
        return chosen
    return LOCAL_BASE if has_image(LOCAL_BASE) else DEFAULT_BASE


def fill_context(context: Path, wheels: Path) -> None:
    """Lay out the build context: Dockerfile, lock, wheels (hard links where possible), runner."""
    shutil.copy(DOCKERFILE, context / "Dockerfile")
    shutil.copy(LOCK, context / "runner.lock")
    shutil.copytree(RUNNER, context / "runner", ignore=shutil.ignore_patterns("__pycache__"))
    (context / "wheels").mkdir()
    for wheel in wheels.iterdir():
        (context / "wheels" / wheel.name).hardlink_to(wheel)


def build() -> str:
    """Build what is not there yet and return the image's full name."""
    need_engine()
    base = choose_base()
    sources = digest([DOCKERFILE, LOCK, *runner_sources(RUNNER)], relative_to=ROOT)
    image = f"{NAME}:{sources}"
    if not has_image(image):
        wheels = collect_wheels()
        with tempfile.TemporaryDirectory(dir=WHEELHOUSES) as scratch:
            fill_context(Path(scratch), wheels)
            call(
                [
                    *("docker", "build", "--network", "none", "--tag", image),
                    *("--build-arg", f"BASE_IMAGE={base}", scratch),
                ],
                hint=f"If {base} can't be pulled here, run `make base-image` first.",
            )
    call(["docker", "tag", image, f"{NAME}:latest"], hint="The engine refused the tag.")
    return image


def main() -> int:
    """Build and name the image, or say why not."""
    try:
        image = build()
    except BuildError as error:
        say(f"error: {error}")
        return 1
    say(f"built {image}, also called {NAME}:latest")
    return 0


if __name__ == "__main__":
    sys.exit(main())
