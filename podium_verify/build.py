"""Packs the program into one file: ``python -m podium_verify.build [TARGET]`` (``make verifier``).

The file is a program for any Python 3.11 or newer (the format of ``zipapp``), with every module of
these packages that names no Django. The same source gives the same bytes, so that two people can
compare theirs. Standard library only.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("podium_verify", "common", "publications", "competitions", "scoring")
FRAMEWORKS = ("django", "rest_framework", "unfold", "drf_spectacular")
DEFAULT_TARGET = ROOT / "var" / "podium-verify"
SHEBANG = b"#!/usr/bin/env python3\n"
START = "from podium_verify.cli import main\n\nraise SystemExit(main())\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build(target: Path) -> Path:
    """Write the program; return where it lies."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        _add(archive, "__main__.py", START)
        for path in _modules():
            _add(archive, path.relative_to(ROOT).as_posix(), path.read_text())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SHEBANG + packed.getvalue())
    target.chmod(0o755)
    return target


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts and not _names_framework(path.read_text()):
                yield path


def _names_framework(source: str) -> bool:
    imports = tuple(f"{word} {name}" for name in FRAMEWORKS for word in ("import", "from"))
    return any(line.strip().startswith(imports) for line in source.splitlines())


def _add(archive: zipfile.ZipFile, name: str, source: str) -> None:
    member = zipfile.ZipInfo(name, date_time=_EPOCH)
    archive.writestr(member, source)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_TARGET))
