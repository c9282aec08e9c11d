"""How large a folder's model is, where only the participant's code knows its weights."""

from pathlib import Path


def folder_bytes(folder: Path) -> int:
    """Bytes of the folder's files; a root's task folders are models of their own."""
    tasks = folder / "tasks"
    files = (path for path in folder.rglob("*") if not path.is_relative_to(tasks))
    return sum(path.stat().st_size for path in files if path.is_file())
