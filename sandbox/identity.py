"""What a run was run with, for its signed record: programs by their digests, and the machine.

All of it is the worker's own word: nothing here is read from inside a sandbox.
"""

import hashlib
import os
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

_CPU_FACTS = Path("/proc/cpuinfo")


@runtime_checkable
class Identified(Protocol):
    """A backend that can name what a run of an environment gets."""

    def identity(self, environment: str) -> Mapping[str, str]:
        """Digests by name, such as `image_id`. Raises BackendUnavailable."""
        ...


def identity_of(backend: object, environment: str) -> dict[str, str]:
    """What a backend says of one of its environments; its name alone where it says nothing."""
    told = backend.identity(environment) if isinstance(backend, Identified) else {}
    return {"environment": environment, **told}


@cache
def source_sha256(package: Path) -> str:
    """The digest of the names and contents of a package's files, without compiled ones."""
    files = sorted(p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    named = (
        f"{path.relative_to(package).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in files
    )
    return _digest(named)


@cache
def packages_sha256(python: Path) -> str:
    """The digest of the names and versions of all that is installed beside an interpreter."""
    folders = python.parent.parent.glob("lib/python*/site-packages/*.dist-info")
    return _digest(sorted(folder.name.removesuffix(".dist-info") for folder in folders))


def hardware() -> dict[str, Any]:
    """The worker's machine: processor, cores, bytes of memory, system."""
    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
    }


def _processor() -> str:
    try:
        lines = _CPU_FACTS.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "")[:120]


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
