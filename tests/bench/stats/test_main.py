import json
from pathlib import Path

import pytest

from bench.page import NoMarks
from bench.stats.__main__ import DOCS, write
from bench.stats.plots import PLOTS
from bench.stats.report import from_json, tables
from tests.bench.stats.lab import result


def test_everything_is_written_where_the_page_has_room(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    page = tmp_path / "statistics.md"
    page.write_text((DOCS / "statistics.md").read_text())
    write(result(), tmp_path)
    assert from_json(json.loads((tmp_path / "statistics.json").read_text())) == result()
    for table in tables(result()).values():
        assert table in page.read_text()
    assert all((tmp_path / "images" / plot.file).stat().st_size < 10_000 for plot in PLOTS)


def test_a_page_without_room_is_refused(tmp_path: Path) -> None:
    (tmp_path / "statistics.md").write_text("nothing")
    with pytest.raises(NoMarks):
        write(result(), tmp_path)
