"""What browsers and archivers put around a model: a wrapper folder and clutter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from submissions.validation.manifest import ManifestFile
from submissions.validation.paths import check_shape

TASKS_FOLDER = "tasks"
_CLUTTER = frozenset(
    {
        "__MACOSX",
        "__pycache__",
        ".DS_Store",
        ".cache",
        ".git",
        ".gitattributes",
        ".gitignore",
        ".ipynb_checkpoints",
        "Thumbs.db",
        "desktop.ini",
    }
)


def is_clutter(path: str) -> bool:
    """Tell whether a file was left by an archiver, a desktop or git and is no part of a model."""
    names = path.split("/")
    return names[-1].startswith("._") or not _CLUTTER.isdisjoint(names)


def wrapper_of(paths: Iterable[str]) -> str | None:
    """Return the one folder that holds all files, or None.

    ``tasks`` is never a wrapper: a submission may consist of task folders alone.

    Raises:
        SubmissionRefused: the common folder is no legal name (``..``, for instance).
    """
    tops = set()
    for path in paths:
        top, slash, _ = path.partition("/")
        if not slash:
            return None
        tops.add(top)
    if len(tops) != 1 or TASKS_FOLDER in tops:
        return None
    wrapper = str(tops.pop())
    check_shape(wrapper)
    return wrapper


def strip_wrapper(files: Sequence[ManifestFile]) -> tuple[ManifestFile, ...]:
    """Return the files as they lie inside their one common folder, clutter left out."""
    kept = [file for file in files if not is_clutter(file.path)]
    wrapper = wrapper_of(file.path for file in kept)
    if wrapper is None:
        return tuple(kept)
    return tuple(replace(file, path=file.path[len(wrapper) + 1 :]) for file in kept)
