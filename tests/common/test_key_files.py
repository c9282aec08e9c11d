"""A key file is made once, whoever asks at the same time."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common.key_files import read_or_make


def test_all_who_start_together_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"
    with ThreadPoolExecutor(8) as pool:
        found = set(
            pool.map(lambda _: read_or_make(path, lambda: secrets.token_bytes(32)), range(32))
        )
    assert found == {path.read_bytes()}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]
