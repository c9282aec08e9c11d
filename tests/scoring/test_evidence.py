"""Evidence is written and read without a loss, without pickles, to the same bytes each time."""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scoring.evidence import Evidence, EvidenceInvalid, MeanOverRounds, from_bytes, to_bytes
from scoring.metrics import METRICS, SumMetric, get_metric
from scoring.statistics.units import Units

TYPES = st.sampled_from([np.int8, np.int64, np.float64])
SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 9))


@st.composite
def statistics(draw: st.DrawFn) -> np.ndarray:
    numbers = {"elements": st.integers(-3, 3)}
    return draw(arrays.arrays(draw(TYPES), draw(SHAPES), **numbers))


@given(statistics(), st.data())
def test_what_is_read_is_what_was_written(rows: np.ndarray, data: st.DataObject) -> None:
    members = data.draw(st.lists(st.sampled_from("abc"), min_size=len(rows), max_size=len(rows)))
    units = Units.of_members(members)
    raw = to_bytes(Evidence(units=units, statistics=rows, rounds=3))
    found = from_bytes(raw)
    assert found.statistics is not None
    assert found.statistics.dtype == rows.dtype
    np.testing.assert_array_equal(found.statistics, rows)
    np.testing.assert_array_equal(found.units.of_row, units.of_row)
    assert (found.units.count, found.rounds) == (units.count, 3)
    assert to_bytes(found) == raw


def test_values_on_resamples_are_kept_where_there_are_no_statistics() -> None:
    values = np.array([0.25, 1 / 3])
    found = from_bytes(to_bytes(Evidence(units=Units.of_rows(4), values=values)))
    assert found.statistics is None
    np.testing.assert_array_equal(found.values, values)


def test_ten_thousand_rows_of_accuracy_take_little_room() -> None:
    right = np.random.default_rng(1).integers(0, 2, size=10_000)
    rows = np.stack([right, np.ones_like(right)], axis=1).astype(np.int8)
    raw = to_bytes(Evidence(units=Units.of_rows(len(rows)), statistics=rows))
    assert len(raw) < 5 * len(rows) + 2_000


class Trap:
    """What no reader may bring to life."""

    def __reduce__(self) -> object:
        return (pytest.fail, ("a pickle was read",))


def npz(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return sink.getvalue()


def array(value: object, **options: object) -> bytes:
    sink = io.BytesIO()
    np.save(sink, np.array(value, **options))  # type: ignore[call-overload]
    return sink.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no archive",
        npz(),
        npz(version=array(99)),
        npz(version=b"\x93NUMPY cut off"),
        npz(version=array([Trap()], dtype=object)),
        npz(version=pickle.dumps(1)),
        npz(version=array(1), units=array(2), unit_of_row=array([0, 1])),
        npz(
            version=array(1),
            rounds=array(1),
            units=array(2),
            unit_of_row=array([0, 1]),
            distinct=array([[1]]),
            row=array([0, 7]),
        ),
    ],
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceInvalid):
        from_bytes(raw)


def test_a_mean_over_rounds_is_the_mean_of_the_rounds_values() -> None:
    metric = get_metric("macro_f1")
    assert isinstance(metric, SumMetric)
    gold = ["a", "b", "a", "b"]
    rounds = [
        metric.statistics(gold, answers, classes=("a", "b"))
        for answers in (["a", "b", "b", "b"], ["a", "a", "a", "b"])
    ]
    both = MeanOverRounds(metric, 2)
    sums = np.concatenate(rounds, axis=1).sum(axis=0).astype(np.float64)
    single = [metric.finalize(each.sum(axis=0).astype(np.float64)) for each in rounds]
    assert both.finalize(sums) == pytest.approx(sum(single) / 2)
    assert both.finalize_all(sums[None, :])[0] == pytest.approx(sum(single) / 2)


@pytest.mark.parametrize("name", sorted(METRICS))
def test_a_metric_without_sums_has_no_statistics_to_ask_for(name: str) -> None:
    evidence = Evidence(units=Units.of_rows(2), values=np.zeros(3))
    with pytest.raises(EvidenceInvalid, match=name):
        evidence.metric(get_metric(name))
