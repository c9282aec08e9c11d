"""Names of uploaded files: relative, visible, and the same file on every file system."""

from __future__ import annotations

import re
import unicodedata

from submissions.validation.errors import SubmissionRefused
from submissions.validation.text import has_hidden, shown

MAX_PATH_BYTES = 300
MAX_NAME_BYTES = 200
MAX_DEPTH = 8
_WINDOWS_CHARACTERS = frozenset('<>:"|?*')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE
)


def check_path(path: str) -> None:
    """Refuse a path that could leave its folder, hide, or mean another file elsewhere.

    Raises:
        SubmissionRefused: ``bad_path`` or ``hidden_file``.
    """
    check_shape(path)
    for name in path.split("/"):
        if name.startswith("."):
            raise SubmissionRefused(
                "hidden_file",
                f"“{shown(path)}” is a hidden file or lies in a hidden folder. Remove it.",
                field=shown(path),
            )


def check_shape(path: str) -> None:
    """Refuse everything that ``check_path`` refuses, except names that begin with a dot."""
    reason = _path_fault(path)
    if reason is None:
        reason = next(filter(None, map(_name_fault, path.split("/"))), None)
    if reason is not None:
        raise SubmissionRefused(
            "bad_path", f"The path “{shown(path)}” {reason}.", field=shown(path)
        )


def collision_key(path: str) -> str:
    """Return what two paths share when some file system takes them for the same file."""
    folded = unicodedata.normalize("NFC", path).casefold()
    return unicodedata.normalize("NFC", folded)


class PathTree:
    """The paths of one upload; refuses two that cannot lie side by side everywhere."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def add(self, path: str) -> None:
        """Add a file.

        Raises:
            SubmissionRefused: ``duplicate_path``, ``colliding_paths`` or ``file_and_folder``.
        """
        key = collision_key(path)
        if key in self._folders:
            raise _file_and_folder(path)
        if key in self._files:
            raise _collision(path, self._files[key])
        self._add_folders(path)
        self._files[key] = path

    def _add_folders(self, path: str) -> None:
        names = path.split("/")[:-1]
        for depth in range(1, len(names) + 1):
            folder = "/".join(names[:depth])
            key = collision_key(folder)
            if key in self._files:
                raise _file_and_folder(folder)
            known = self._folders.setdefault(key, folder)
            if known != folder:
                raise _collision(folder, known)


def _path_fault(path: str) -> str | None:
    if not path:
        return "is empty"
    if has_hidden(path):
        return "holds control or invisible characters; rename it"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"is longer than {MAX_PATH_BYTES} bytes; shorten it"
    if "\\" in path:
        return "holds a backslash; folders are separated by “/”"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "is absolute; paths are relative to the submission folder"
    if path.count("/") >= MAX_DEPTH:
        return f"is more than {MAX_DEPTH} levels deep; flatten the folders"
    return None


def _name_fault(name: str) -> str | None:
    if name == "":
        return "holds an empty folder name"
    if name in {".", ".."}:
        return f"holds “{name}”; paths must stay inside the submission folder"
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"holds a name longer than {MAX_NAME_BYTES} bytes; shorten it"
    if _WINDOWS_CHARACTERS.intersection(name):
        return 'holds one of the characters < > : " | ? *; rename it'
    if name != name.strip() or name.endswith("."):
        return "holds a name that begins or ends with a space or ends with a dot; rename it"
    if _RESERVED.match(name):
        return "holds a name that Windows reserves for devices; rename it"
    return None


def _file_and_folder(path: str) -> SubmissionRefused:
    return SubmissionRefused(
        "file_and_folder",
        f"“{shown(path)}” is both a file and a folder. Rename one of them.",
        field=shown(path),
    )


def _collision(path: str, known: str) -> SubmissionRefused:
    if path == known:
        return SubmissionRefused(
            "duplicate_path", f"“{shown(path)}” is listed twice.", field=shown(path)
        )
    return SubmissionRefused(
        "colliding_paths",
        f"“{shown(path)}” and “{shown(known)}” are the same name on some file systems "
        "(they differ only in case or accents). Rename one of them.",
        field=shown(path),
    )
