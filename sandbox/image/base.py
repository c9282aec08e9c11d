"""`make base-image`: make podium-base from Debian packages, where no image registry is reached.

The tree is made by debootstrap with Python and its venv module inside, then imported by the engine.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sandbox.image.commands import ROOT, BuildError, ask, call, need, need_engine, say

NAME = "podium-base:latest"
RELEASE = "bookworm"
PACKAGES = "python3,python3-venv"
LEFT_OUT = (
    "./var/cache/apt/*",
    "./var/lib/apt/lists/*",
    "./var/log/*",
    "./usr/share/doc/*",
    "./usr/share/man/*",
    "./usr/share/locale/*",
    "./dev/*",
)


def mirror() -> list[str]:
    """The Debian mirror that this machine's apt uses, as an argument; none for the default one."""
    listed = ask(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)"])
    for line in (listed or "").splitlines():
        address, codename, component = line.split()
        if codename == RELEASE and component == "main":
            return [address]
    return []


def import_tree(tree: Path) -> None:
    """Hand the tree to the engine as an image with one layer."""
    exclude = [f"--exclude={pattern}" for pattern in LEFT_OUT]
    tar = ["tar", "--create", "--numeric-owner", *exclude, "--directory", str(tree), "."]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as packing:
        importing = subprocess.run(["docker", "import", "-", NAME], stdin=packing.stdout)
    if packing.returncode != 0 or importing.returncode != 0:
        raise BuildError("the engine did not take the tree; see its message above.")


def build() -> None:
    """Make the base image; raise BuildError where the machine lacks something."""
    need_engine()
    if os.geteuid() != 0:
        raise BuildError("debootstrap needs root. Run as root: make base-image")
    need("debootstrap", package="debootstrap")
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as scratch:
        tree = Path(scratch, "tree")
        call(
            [
                *("debootstrap", "--variant=minbase", f"--include={PACKAGES}"),
                *(RELEASE, str(tree), *mirror()),
            ],
            hint="Its log names the package that could not be fetched.",
        )
        import_tree(tree)


def main() -> int:
    """Make the base image, or say why not."""
    try:
        build()
    except BuildError as error:
        say(f"error: {error}")
        return 1
    say(f"made {NAME}; now run: make image")
    return 0


if __name__ == "__main__":
    sys.exit(main())
