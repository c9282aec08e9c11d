"""Texts that are nearly JSON: what parsers, and those who check what parsers made, stumble over."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

_LONGEST = 20_000
"""Characters of a list that repeats one item."""
_ODD_TEXTS = (
    "", " ", "a\x00b", "\u202eevil", "\ud800", "\udc00\ud800", "=cmd()", "<b>", "../x", "x" * 999
)  # fmt: skip
_ODD_NUMBERS = (
    "-1", "0", "1", "2", "8", "-0", "1.5", "1e3", "1e999", "-1e999", "1e-999", "NaN", "-Infinity",
    "01", "Infinity", "9007199254740993", "9223372036854775808", "1" * 41, "7" * 5000
)  # fmt: skip
_ATOMS = (
    "true",
    "false",
    "null",
    "",
    "nul",
    "'a'",
    '"',
    '"\\ud800"',
    '"\\u0000"',
    "\ufeff",
    ",",
    ":",
)


def json_texts(keys: Sequence[str], values: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """Texts built of objects with the named keys, the named values (JSON texts), and odd ones.

    Keys may repeat, numbers overflow, strings hold half a surrogate pair, lists run deep.
    """
    strings = st.builds(json.dumps, st.one_of(st.sampled_from(_ODD_TEXTS), st.text(max_size=8)))
    known = st.sampled_from(list(values)) if values else strings
    odd = st.sampled_from((*_ODD_NUMBERS, *_ATOMS))
    leaves = st.one_of(known, known, strings, odd, st.builds(str, st.integers()), _deep())
    names = st.sampled_from([json.dumps(key) for key in keys])
    right = st.recursive(
        st.one_of(known, known, st.builds(str, st.integers(0, 99)), st.sampled_from(_ODD_NUMBERS)),
        lambda inner: _plain_containers(names, inner),
        max_leaves=6,
    )
    wrong = st.recursive(
        leaves, lambda inner: _containers(st.one_of(names, names, strings), inner), max_leaves=12
    )
    return st.one_of(right, wrong)


def json_objects(fields: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    """Objects with these keys, each by its own strategy; one may be absent or there twice."""
    pairs = [st.builds(f"{json.dumps(name)}: {{}}".format, value) for name, value in fields.items()]
    whole = st.tuples(*pairs).map(list)
    return st.builds(_with_fault, whole, st.integers(0, 40), st.integers(0, 40)).map(
        lambda items: "{" + ", ".join(items) + "}"
    )


def _with_fault(items: list[str], absent: int, twice: int) -> list[str]:
    kept = [item for place, item in enumerate(items) if place != absent]
    return kept + items[twice : twice + 1]


def _plain_containers(
    names: st.SearchStrategy[str], inner: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    objects = st.dictionaries(names, inner, max_size=4).map(
        lambda each: "{" + ", ".join(f"{name}: {value}" for name, value in each.items()) + "}"
    )
    return st.one_of(objects, st.lists(inner, max_size=4).map(lambda each: f"[{', '.join(each)}]"))


def _containers(
    names: st.SearchStrategy[str], inner: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    pairs = st.builds("{}: {}".format, names, inner)
    objects = st.lists(pairs, max_size=5).map(lambda each: "{" + ", ".join(each) + "}")
    lists = st.lists(inner, max_size=5).map(lambda each: "[" + ", ".join(each) + "]")
    long_lists = st.builds(_long_list, inner, st.sampled_from((2, 20, 400)))
    return st.one_of(objects, objects, lists, long_lists)


def _long_list(item: str, times: int) -> str:
    fits = max(1, _LONGEST // (len(item) + 2))
    return "[" + ", ".join([item] * min(times, fits)) + "]"


def _deep() -> st.SearchStrategy[str]:
    opening = st.sampled_from(("[", '{"a":', '[{"":'))
    return st.builds(lambda one, times: one * times, opening, st.sampled_from((2, 9, 30, 2000)))
