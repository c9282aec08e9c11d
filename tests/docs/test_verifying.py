"""The page for strangers names what exists: addresses, options, kinds of entries, fields."""

from __future__ import annotations

import re

import pytest
from django.urls import resolve

from podium_verify.cli import _parser
from podium_verify.record import SCORE_TYPE
from publications.models import Publication
from tests.parts import ROOT
from tests.podium_verify import pure_record

PAGE = (ROOT / "docs/verifying.md").read_text()
NUMBER = "3b8fdb0a-3f3f-4f4f-8f8f-3b8fdb0a3f3f"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`GET (/\S+)`", PAGE))))
def test_every_address_exists(path: str) -> None:
    assert resolve(path.replace("{id}", NUMBER).replace("{slug}", "a").replace("{task}", "b"))


def test_every_command_is_one_that_the_program_takes() -> None:
    commands = re.findall(r"^podium-verify (.+)$", PAGE, re.M)
    assert len(commands) == 5
    for command in commands:
        if command != "--help":
            _parser().parse_args(command.split())


def test_every_kind_of_entry_is_explained_and_no_other() -> None:
    table = PAGE.split("| kind | when |")[1].split("\n\n")[0]
    cells = re.findall(r"^\| ([^|]+) \|", table, re.M)
    told = {kind for cell in cells for kind in re.findall(r"`(\w+)`", cell)}
    assert told == set(Publication.Kind.values)


def test_every_field_of_a_record_is_explained() -> None:
    table = PAGE.split("| field | what |")[1].split("\n\n")[0]
    cells = re.findall(r"^\| ([^|]+) \|", table, re.M)
    told = {name.partition(".")[0] for cell in cells for name in re.findall(r"`([\w.]+)`", cell)}
    assert set(pure_record.predicate()) - told == set()
    assert SCORE_TYPE in PAGE
