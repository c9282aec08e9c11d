"""Row 64: a name that a spreadsheet would run as a formula. Exports hold it as text."""

from __future__ import annotations

import ast
import csv
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from scoring.services.close import close_competition
from tests import factories
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.live import ROOT
from tests.roles import make_world, read_table
from tests.scoring import closing
from tests.test_roles import ALL

PACKAGES = (
    "accounts",
    "common",
    "competitions",
    "config",
    "publications",
    "scoring",
    "submissions",
)
SPREADSHEETS = ("csv", "tab-separated", "excel", "spreadsheet", "ms-office", "opendocument")
SUFFIXES = (".csv", ".tsv", ".xls", ".xlsx", ".ods")
WRITERS = {"csv", "openpyxl", "xlsxwriter", "xlwt", "pandas", "tablib", "import_export"}
WRITER = ROOT / "common" / "spreadsheet.py"
SLUG = "<slug:slug>"
EXPORTS = {
    f"api/v1/competitions/{SLUG}/awards.csv",
    f"api/v1/competitions/{SLUG}/leaderboard.csv",
    f"competitions/{SLUG}/export/awards.csv",
    f"competitions/{SLUG}/export/board.csv",
}
BEGINS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
EVIL = "=cmd|' /C calc'!A0"


@case(64, "spreadsheet formulas (in the exports of boards and awards)", where=PLATFORM)
def formulas(arena: Arena) -> None:
    rows = [row for row in read_table() if row.method == "GET"]
    assert {row.route for row in rows} >= {route for route, _ in ALL if "export" in route}
    with transaction.atomic():
        world = make_world()
        found = set()
        for row in rows:
            cache.clear()
            client = Client(raise_request_exception=False)
            client.force_login(world.users["superuser"])
            answer = client.get(world.url(row))
            b"".join(answer)  # a stream that was read to its end is closed
            if is_spreadsheet(answer):
                found.add(row.route)
        transaction.set_rollback(True)
    assert found == EXPORTS
    assert _writers() == [str(WRITER)]
    for cells in _sheets_of_evil_names():
        assert any(EVIL[1:] in cell for cell in cells), "the name is there"
        assert _formulas(cells) == []


@formulas.control
def an_export_is_noticed(arena: Arena) -> None:
    cell = b"=cmd|' /C calc'!A0,50.0\n"
    named = {"Content-Disposition": 'attachment; filename="board.csv"'}
    assert is_spreadsheet(HttpResponse(cell, content_type="text/csv; charset=utf-8"))
    assert is_spreadsheet(HttpResponse(cell, content_type="text/plain", headers=named))
    assert not is_spreadsheet(HttpResponse(cell, content_type="text/html"))
    assert _imports("import csv\nfrom openpyxl import Workbook\n") == {"csv", "openpyxl"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.spreadsheet.cell", lambda value: value)
        assert all(EVIL in _formulas(cells) for cells in _sheets_of_evil_names())


def _sheets_of_evil_names() -> list[list[str]]:
    """Return the cells of every export of a competition in which all names are formulas."""
    with transaction.atomic():
        competition, task = closing.cup(slug="evil", dispute_days=0)
        closing.award(competition, title=EVIL, prize=f"@{EVIL}")
        closing.enter(task, EVIL, 50.0, members=("-1+1", "\t=1"))
        close_competition(competition=competition, by=factories.organizer(competition))
        paths = [route.replace(SLUG, "evil") for route in sorted(EXPORTS)]
        answers = [Client().get(f"/{path}?board=private") for path in paths]
        transaction.set_rollback(True)
    assert [answer.status_code for answer in answers] == [200] * len(EXPORTS)
    texts = [answer.content.decode().removeprefix("\ufeff") for answer in answers]
    return [[cell for row in csv.reader(io.StringIO(text)) for cell in row] for text in texts]


def _formulas(cells: list[str]) -> list[str]:
    return [cell for cell in cells if cell.lstrip().startswith(BEGINS)]


def is_spreadsheet(answer: Any) -> bool:
    """Tell whether a browser would hand the answer to a spreadsheet program."""
    kind = answer.headers.get("Content-Type", "").lower()
    named = answer.headers.get("Content-Disposition", "").lower()
    return any(word in kind for word in SPREADSHEETS) or any(
        named.rstrip('"').endswith(suffix) for suffix in SUFFIXES
    )


def _writers() -> list[str]:
    """Modules of the platform that could write a spreadsheet."""
    files = (path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))
    return [str(path) for path in files if _imports(path.read_text()) & WRITERS]


def _imports(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | froms}
