"""Every registered kind keeps the promises that forms, files and the scorer rely on."""

import pytest

from competitions.kinds import KINDS, get_kind
from competitions.kinds.base import LabelType, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.metric_facts import METRIC_FACTS

ALL = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
LABELS = ("negative", "positive")


@ALL
def test_kind_is_registered_under_its_slug(kind: TaskKind) -> None:
    assert get_kind(kind.slug) is kind


@ALL
def test_kind_names_only_known_metrics(kind: TaskKind) -> None:
    assert kind.metrics
    assert set(kind.metrics) <= METRIC_FACTS.keys()


@ALL
def test_tracks_are_known_to_the_platform(kind: TaskKind) -> None:
    assert set(kind.tracks) <= {"predict", "probe"}
    assert "predict" in kind.tracks


@ALL
def test_examples_pass_the_kinds_own_checks(kind: TaskKind) -> None:
    assert kind.check_input(kind.examples.input["input"]) == kind.examples.input["input"]
    labels = LABELS if kind.label_type is LabelType.CLASS else ()
    kind.check_label(kind.examples.label["label"], labels)
    assert kind.examples.answers.keys() == kind.answers.keys()
    for track, schema in kind.answers.items():
        row = {key: value for key, value in kind.examples.answers[track].items() if key != "id"}
        schema.parse(row, labels)
        assert set(row) <= {*schema.required, *schema.optional}


@ALL
@pytest.mark.parametrize("value", [None, 3, [], "text", {}, {"text": 1}, {"txet": "a"}])
def test_malformed_input_is_refused(kind: TaskKind, value: object) -> None:
    with pytest.raises(RowInvalid):
        kind.check_input(value)


@ALL
@pytest.mark.parametrize("value", [None, True, [], {}, "no such class", 1e13])
def test_malformed_label_is_refused(kind: TaskKind, value: object) -> None:
    with pytest.raises(RowInvalid):
        kind.check_label(value, LABELS)


def test_unknown_label_is_told_from_a_label_of_the_wrong_type() -> None:
    kind = get_kind("text_classification")
    with pytest.raises(RowInvalid, match='label "neutral" is not one of') as unknown:
        kind.check_label("neutral", LABELS)
    with pytest.raises(RowInvalid) as wrong:
        kind.check_label(1, LABELS)
    assert (unknown.value.code, wrong.value.code) == ("unknown_label", "wrong_type")


def test_extra_key_in_an_input_is_named() -> None:
    with pytest.raises(RowInvalid, match='unknown key "label"'):
        get_kind("text_classification").check_input({"text": "a", "label": "positive"})
