from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import KINDS
from sandbox.runner.errors import RunnerError
from sandbox.runner.formats.signature import Signature
from sandbox.runner.formats.table_reader import TableReader
from sandbox.runner.items import Table, Texts

COLUMNS = ["age", "smoker", "dose"]
SMOKER = {"smoker": ["no", "yes"]}


def _reader(**options: Any) -> TableReader:
    return TableReader(Signature(inputs={}, outputs={}, id2label=None, options=options))


def _row(reader: TableReader, features: dict[str, Any]) -> list[float]:
    encoded = reader.encode([Table(features)], max_length=8, places=False)
    array = reader.collate(encoded.examples)["features"]
    assert (array.dtype, array.shape) == (np.float32, (1, len(COLUMNS)))
    found: list[float] = array[0].tolist()
    return found


def test_values_stand_in_the_order_of_the_columns() -> None:
    reader = _reader(columns=COLUMNS, categories=SMOKER)
    assert _row(reader, {"dose": 2.5, "other": 9, "smoker": "yes", "age": 41}) == [41, 1, 2.5]


@pytest.mark.parametrize(
    ("features", "place"),
    [
        ({"smoker": "no", "dose": 1}, 0),
        ({"age": None, "smoker": "no", "dose": 1}, 0),
        ({"age": "old", "smoker": "no", "dose": 1}, 0),
        ({"age": 1, "smoker": "sometimes", "dose": 1}, 1),
        ({"age": 1, "smoker": None, "dose": 1}, 1),
        ({"age": 1, "smoker": 1, "dose": 1}, 1),
    ],
)
def test_what_is_not_known_is_filled(features: dict[str, Any], place: int) -> None:
    declared = {"columns": COLUMNS, "categories": SMOKER}
    assert _row(_reader(**declared), features)[place] == 0
    assert _row(_reader(**declared, fill=-7), features)[place] == -7
    assert math.isnan(_row(_reader(**declared, fill=None), features)[place])


def test_each_column_may_have_its_own_filling() -> None:
    reader = _reader(columns=COLUMNS, fill={"age": None, "dose": 5})
    found = _row(reader, {})
    assert math.isnan(found[0])
    assert found[1:] == [0, 5]


VALUES = st.none() | st.sampled_from(["no", "yes", "", "藍"]) | st.floats(-1e9, 1e9)


@given(st.dictionaries(st.sampled_from(COLUMNS), VALUES))
def test_no_row_makes_it_fail(features: dict[str, Any]) -> None:
    assert all(map(math.isfinite, _row(_reader(columns=COLUMNS, categories=SMOKER), features)))


def test_the_platform_s_sample_rows_have_numbers() -> None:
    reader = _reader(columns=COLUMNS, categories=SMOKER)
    for sample in KINDS["tabular_classification"].samples:
        assert all(map(math.isfinite, _row(reader, dict(sample["features"]))))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "“columns” must list"),
        ({"columns": []}, "“columns” must list"),
        ({"columns": ["a", "a"]}, "a name twice"),
        ({"columns": ["a"], "categories": ["b"]}, "“categories” must give a list"),
        ({"columns": ["a"], "categories": {"b": ["c"]}}, "b, which is none of the columns"),
        ({"columns": ["a"], "categories": {"a": ["c", "c"]}}, "different texts for a"),
        ({"columns": ["a"], "fill": "mean"}, "“fill” must be a number"),
        ({"columns": ["a"], "fill": {"b": 1}}, "“fill” has b"),
    ],
)
def test_a_wrong_declaration_is_named(options: dict[str, Any], words: str) -> None:
    with pytest.raises(RunnerError, match=words):
        _reader(**options)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(RunnerError, match="reads tables"):
        _reader(columns=["a"]).encode([Texts(("a",))], max_length=8, places=False)
