"""Row 64: a name that a spreadsheet would run as a formula. Nothing is exported as one."""

from __future__ import annotations

import ast
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.live import ROOT
from tests.roles import make_world, read_table
from tests.test_roles import ALL

PACKAGES = ("accounts", "common", "competitions", "config", "scoring", "submissions")
SPREADSHEETS = ("csv", "tab-separated", "excel", "spreadsheet", "ms-office", "opendocument")
SUFFIXES = (".csv", ".tsv", ".xls", ".xlsx", ".ods")
WRITERS = {"csv", "openpyxl", "xlsxwriter", "xlwt", "pandas", "tablib", "import_export"}


@case(64, "spreadsheet formulas (no endpoint answers with a spreadsheet)", where=PLATFORM)
def formulas(arena: Arena) -> None:
    rows = [row for row in read_table() if row.method == "GET"]
    assert {row.route for row in rows} >= {route for route, _ in ALL if "export" in route}
    with transaction.atomic():
        world = make_world()
        found = []
        for row in rows:
            cache.clear()
            client = Client(raise_request_exception=False)
            client.force_login(world.users["superuser"])
            answer = client.get(world.url(row))
            b"".join(answer)  # a stream that was read to its end is closed
            if is_spreadsheet(answer):
                found.append(row.address)
        transaction.set_rollback(True)
    assert found == []
    assert _writers() == []


@formulas.control
def an_export_is_noticed(arena: Arena) -> None:
    cell = b"=cmd|' /C calc'!A0,50.0\n"
    named = {"Content-Disposition": 'attachment; filename="board.csv"'}
    assert is_spreadsheet(HttpResponse(cell, content_type="text/csv; charset=utf-8"))
    assert is_spreadsheet(HttpResponse(cell, content_type="text/plain", headers=named))
    assert not is_spreadsheet(HttpResponse(cell, content_type="text/html"))
    assert _imports("import csv\nfrom openpyxl import Workbook\n") == {"csv", "openpyxl"}


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
