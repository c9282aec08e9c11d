"""Logins: kept between starts, for their owner's eyes only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from demo.logins import read_private, write_private


def test_file_is_private_even_over_an_open_one(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text("{}")
    path.chmod(0o644)
    earlier = os.umask(0)
    try:
        write_private(path, {"url": "http://127.0.0.1:8000"})
    finally:
        os.umask(earlier)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_private(path) == {"url": "http://127.0.0.1:8000"}


def test_absent_or_damaged_file_reads_as_empty(tmp_path: Path) -> None:
    assert read_private(tmp_path / "absent") == {}
    (tmp_path / "damaged").write_text('{"url": ')
    assert read_private(tmp_path / "damaged") == {}
