from __future__ import annotations

from pathlib import Path

from sandbox.runner.folder_bytes import folder_bytes


def test_task_folders_of_a_root_are_models_of_their_own(tmp_path: Path) -> None:
    task = tmp_path / "tasks" / "movies"
    (task / "parts").mkdir(parents=True)
    (tmp_path / "weights.pt").write_bytes(bytes(100))
    (task / "parts" / "weights.pt").write_bytes(bytes(7))
    assert folder_bytes(tmp_path) == 100
    assert folder_bytes(task) == 7
