"""Every address of the site answers each role as ``roles.tsv`` says; a new one must be added there.

And none tells a secret: nobody, not even a superuser, sees private scores before the close, test
rows or labels.

When a row differs, the observed row is printed as it would stand in the table: think about each
figure before it is copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admindocs.utils import replace_named_groups
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver

from tests.roles import ROLES, Row, make_world, read_table

PARTS = ("api", "admin", "accounts", "")


def patterns(found: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Walk the resolver; yield every route, simplified, with its pattern."""
    for each in found:
        route = prefix + _simple(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, route)
        else:
            yield route, each


def _simple(pattern: str) -> str:
    """Write a regular expression as a route: ``^x/(?P<y>[a-z]+)/$`` is ``x/<y>/``."""
    plain = replace_named_groups(pattern)
    return re.sub(r"[\^$?]", "", plain) if plain != pattern or "^" in pattern else pattern


def part_of(route: str) -> str:
    top = route.partition("/")[0]
    return top if top in PARTS else ""


ALL = list(patterns(get_resolver().url_patterns))
ROWS = read_table()


def test_the_table_has_an_outcome_for_each_role_and_no_row_twice() -> None:
    assert [str(row) for row in ROWS if len(row.outcomes) != len(ROLES)] == []
    keys = [(row.method, row.variant, row.address) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_every_address_is_in_the_table() -> None:
    assert sorted({route for route, _ in ALL} - {row.route for row in ROWS}) == []


def test_the_table_names_only_addresses_that_exist() -> None:
    assert sorted({row.route for row in ROWS} - {route for route, _ in ALL}) == []


def test_every_method_of_the_api_is_in_the_table() -> None:
    known = {(row.method, row.route) for row in ROWS}
    missing = []
    for route, pattern in ALL:
        view = getattr(pattern.callback, "cls", None)
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method) and (method.upper(), route) not in known:
                missing.append((method.upper(), route))
    assert missing == []


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS)
def test_every_role_gets_its_outcome_and_no_secret(part: str) -> None:
    world = make_world()
    wrong = []
    for row in ROWS:
        if part_of(row.route) != part:
            continue
        cache.clear()
        url = world.url(row)
        answers = [world.ask(role, row, url) for role in ROLES]
        seen = tuple(outcome for outcome, _ in answers)
        if seen != row.outcomes:
            wrong.append(f"{row}\n{Row(row.method, row.variant, row.address, seen)}  observed")
        for role, (_, told) in zip(ROLES, answers, strict=True):
            wrong.extend(f"{row.method} {row.address} tells {role} {secret}" for secret in told)
    assert not wrong, "\n".join(["", *wrong])
