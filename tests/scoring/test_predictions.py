"""The strict reader of prediction files."""

import io
import json
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.values import ClassAnswer
from scoring.predictions import PredictionsInvalid, read_predictions

CLASSES = ("negative", "positive")
IDS = ("a", "b", "c")


def read(rows: list[Any] | bytes, *, kind="text_classification", track="predict", **limits):
    if not isinstance(rows, bytes):
        lines = (row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
        rows = b"".join(line + b"\n" for line in lines)
    return read_predictions(
        io.BytesIO(rows),
        kind=get_kind(kind),
        track=track,
        expected_ids=IDS,
        labels=CLASSES if kind == "text_classification" else (),
        **{"max_bytes": 100_000, **limits},
    )


def refusal(*args, **kwargs) -> PredictionsInvalid:
    with pytest.raises(PredictionsInvalid) as refused:
        read(*args, **kwargs)
    return refused.value


def label(row_id: str, **more: object) -> dict[str, object]:
    return {"id": row_id, "label": "positive", **more}


def test_answers_come_back_by_id() -> None:
    answers = read([label("b"), label("a", probs=[0.25, 0.75])])
    assert answers == {
        "a": ClassAnswer("positive", (0.25, 0.75)),
        "b": ClassAnswer("positive"),
    }


def test_key_that_the_metric_needs_may_not_be_absent() -> None:
    assert read([label("a", probs=[0.25, 0.75])], needs=("probs",)).keys() == {"a"}
    refused = refusal([label("a", probs=[0.25, 0.75]), label("b")], needs=("probs",))
    assert refused.message == (
        'predictions.jsonl line 2: key "probs" is missing: the metric needs it.'
    )
    assert refusal([{"id": "a", "label": "neutral"}], needs=("probs",)).code == "missing_key"


def test_key_that_the_metric_needs_is_looked_for_in_every_seed() -> None:
    sure = {"label": "positive", "probs": [0.25, 0.75]}
    rows = [{"id": "a", "seeds": [sure, sure]}]
    assert read(rows, track="finetune", needs=("probs",)).keys() == {"a"}
    rows = [{"id": "a", "seeds": [sure, {"label": "positive"}]}]
    assert refusal(rows, track="finetune", needs=("probs",)).code == "missing_key"


def test_key_that_the_metric_needs_may_be_called_otherwise() -> None:
    rows = [{"id": "a", "is_next": True, "prob": 0.5}]
    kind = "next_sentence_prediction"
    assert read(rows, kind=kind, needs=("probs",)).keys() == {"a"}
    refused = refusal([{"id": "a", "is_next": True}], kind=kind, needs=("probs",))
    assert 'key "prob" is missing' in refused.message


def test_numbers_and_scores_come_back_as_floats() -> None:
    assert read([{"id": "a", "value": 3}], kind="text_regression") == {"a": 3.0}
    assert read([{"id": "a", "score": -0.5}], kind="sentence_similarity") == {"a": -0.5}


def test_embeddings_come_back_as_arrays_of_float64() -> None:
    rows = [{"id": "a", "embedding": [1, 2.5]}, {"id": "b", "embedding": [0.1, -1e-9]}]
    answers = read(rows, track="probe")
    assert answers == {"a": array("d", [1.0, 2.5]), "b": array("d", [0.1, -1e-9])}


def test_missing_rows_are_no_error_even_all_of_them() -> None:
    assert read([]) == {}


def test_made_up_class_is_no_answer() -> None:
    assert read([{"id": "a", "label": "neutral"}, label("b")]).keys() == {"b"}


def test_made_up_class_still_takes_its_id() -> None:
    assert refusal([{"id": "a", "label": "neutral"}, label("a")]).code == "duplicate_id"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (label("a", probs=[0.5, 0.4]), "probs_sum"),
        (label("a", probs=[1, 1]), "probs_sum"),
        (label("a", probs=[1.5, -0.5]), "probs_range"),
        (label("a", probs=[1.0]), "probs_length"),
        (label("a", probs=[True, False]), "boolean"),
        (label("a", probs="no"), "wrong_type"),
        (label("a", probs=None), "wrong_type"),
        (label("a", score=1), "unknown_key"),
        ({"id": "a", "label": 1}, "wrong_type"),
        ({"id": "a", "label": "x" * 201}, "out_of_range"),
        ({"id": "a"}, "missing_key"),
        ({"label": "positive"}, "missing_key"),
        (label("z"), "unknown_id"),
        ({"id": ["a"], "label": "positive"}, "bad_id"),
    ],
)
def test_bad_class_row_has_its_code(row: dict[str, object], code: str) -> None:
    assert refusal([row]).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "non_finite"),
        ("Infinity", "non_finite"),
        ("1e999", "out_of_range"),
        ("1e308", "out_of_range"),
        ("1" + "0" * 39, "out_of_range"),
        ("1" + "0" * 5000, "huge_number"),
        ("true", "boolean"),
        ('"1"', "wrong_type"),
        ("null", "wrong_type"),
        ("[1]", "wrong_type"),
    ],
)
def test_bad_number_has_its_code_in_values_and_in_embeddings(text: str, code: str) -> None:
    value = f'{{"id": "a", "value": {text}}}'.encode()
    assert refusal([value], kind="text_regression").code == code
    inside = f'{{"id": "a", "embedding": [0.5, {text}]}}'.encode()
    assert refusal([inside], track="probe").code == code


@pytest.mark.parametrize("value", [[], {}, None, "x", [[1.0]]])
def test_embedding_must_be_a_flat_list_of_numbers(value: object) -> None:
    assert refusal([{"id": "a", "embedding": value}], track="probe").code == "wrong_type"


def test_embedding_has_at_most_8192_numbers() -> None:
    row = {"id": "a", "embedding": [0] * 8193}
    assert refusal([row], track="probe").code == "out_of_range"


def test_embeddings_must_agree_in_length() -> None:
    rows = [{"id": "a", "embedding": [1, 2]}, {"id": "b", "embedding": [1, 2, 3]}]
    refused = refusal(rows, track="probe")
    assert refused.code == "dimension_differs"
    assert refused.message == (
        "predictions.jsonl line 2: the embedding has 3 numbers, earlier rows have 2."
    )


def test_duplicate_id_names_both_lines() -> None:
    refused = refusal([label("a"), label("b"), label("a"), label("b")])
    assert [str(problem) for problem in refused.problems] == [
        'predictions.jsonl line 3: id "a" was in line 1 already'
    ]


def test_each_kind_of_fault_is_named_once() -> None:
    rows = [label("z"), label("y"), {"id": "a", "label": 1}, b"{", label("b", probs=[1, 1])]
    assert [problem.line for problem in refusal(rows).problems] == [1, 3, 4, 5]


def test_file_beyond_its_size_is_refused() -> None:
    assert refusal([label("a"), label("b")], max_bytes=50).code == "file_too_large"


def test_line_beyond_its_size_is_refused() -> None:
    assert refusal([label("a")], max_line_bytes=10).code == "line_too_long"


def test_a_flood_of_bad_lines_is_read_no_further_than_the_rows_go() -> None:
    flood = io.BytesIO(b"{}\n" * 1_000_000)
    with pytest.raises(PredictionsInvalid) as refused:
        read_predictions(
            flood,
            kind=get_kind("text_classification"),
            track="predict",
            expected_ids=IDS,
            labels=CLASSES,
            max_bytes=10_000_000,
        )
    assert [each.code for each in refused.value.problems] == ["missing_key", "too_many_lines"]
    assert flood.tell() < 1_000


def test_pickle_and_archives_are_just_bad_rows() -> None:
    assert refusal(b"\x80\x04\x95\x10\x00").code == "bad_utf8"
    assert refusal(b"PK\x03\x04").code == "bad_json"


ROWS = st.dictionaries(
    st.sampled_from(["id", "label", "probs", "value", "embedding"]),
    st.sampled_from(["a", "b", "positive", True, None, 1, 1e300, [], [0.5, 0.5], [True], {}]),
)


@given(st.lists(ROWS, max_size=4), st.sampled_from(["predict", "probe"]))
def test_any_rows_are_read_or_refused_with_a_code(rows: list[Any], track: str) -> None:
    try:
        answers = read(rows, track=track)
    except PredictionsInvalid as refused:
        assert refused.code
        assert len({problem.code for problem in refused.problems}) == len(refused.problems)
    else:
        assert answers.keys() <= set(IDS)
