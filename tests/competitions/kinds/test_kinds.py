"""Every registered kind keeps the promises that forms, files and the scorer rely on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from competitions.kinds import KINDS, get_kind
from competitions.kinds.base import AnswerSchema, TaskKind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.metric_facts import METRIC_FACTS
from competitions.kinds.settings import setting_problems, with_defaults
from competitions.kinds.shapes import SHAPE_TITLES
from competitions.kinds.tracks import TRACKS

ALL = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
ANSWERS = pytest.mark.parametrize(
    ("kind", "track"),
    [
        pytest.param(kind, track, id=f"{kind.slug}-{track}")
        for kind in KINDS.values()
        for track in kind.tracks
    ],
)
LABELS = ("negative", "positive")


def classes_of(kind: TaskKind) -> tuple[str, ...]:
    return kind.classes(kind.examples.classes)


def answer_row(kind: TaskKind, track: str) -> dict[str, Any]:
    return {key: value for key, value in kind.examples.answers[track].items() if key != "id"}


def test_kind_is_registered_under_its_slug_and_named_like_its_module() -> None:
    for slug, kind in KINDS.items():
        assert get_kind(slug) is kind
        assert kind.slug == slug


@ALL
def test_kind_has_metrics_of_its_shape_and_proposes_one(kind: TaskKind) -> None:
    assert kind.metrics[0] == kind.proposed_metric
    assert len(set(kind.metrics)) == len(kind.metrics)
    assert all(kind.shape in METRIC_FACTS[name].shapes for name in kind.metrics)
    assert kind.shape in SHAPE_TITLES


@ALL
def test_proposed_metric_needs_nothing_optional(kind: TaskKind) -> None:
    assert METRIC_FACTS[kind.proposed_metric].needs == ()


@ALL
def test_tracks_are_known_to_the_platform(kind: TaskKind) -> None:
    assert set(kind.tracks) <= TRACKS.keys()
    assert "predict" in kind.tracks


@ALL
def test_words_for_pages_are_whole_sentences(kind: TaskKind) -> None:
    assert kind.title
    assert kind.description.endswith(".")
    assert "  " not in kind.description
    for schema in kind.answers.values():
        assert schema.required
        assert all(schema.required.values())
        assert all(schema.optional.values())


@ALL
def test_settings_have_sound_defaults(kind: TaskKind) -> None:
    for track in kind.tracks:
        settings = kind.settings_of(track)
        assert setting_problems(settings, with_defaults(settings, {})) == []
        assert all(setting.help.endswith(".") for setting in settings.values())


@ALL
def test_examples_pass_the_kinds_own_checks(kind: TaskKind) -> None:
    examples = kind.examples
    assert kind.check_input(examples.input["input"]) == examples.input["input"]
    label = kind.check_label(examples.label["label"], classes_of(kind))
    hash(label)
    assert examples.input["id"] == examples.label["id"]
    assert bool(examples.classes) == kind.needs_classes
    assert not (kind.needs_classes and kind.fixed_classes)
    assert examples.answers.keys() == kind.answers.keys()


@ALL
def test_example_s_label_agrees_with_its_input(kind: TaskKind) -> None:
    if kind.check_measure is None:
        assert kind.measure is None
        return
    if kind.measure is None:
        assert kind.files is not None
        return
    measure = kind.measure(kind.examples.input["input"])
    kind.check_measure(kind.check_label(kind.examples.label["label"], classes_of(kind)), measure)


@ANSWERS
def test_example_of_an_answer_is_read_and_names_only_known_keys(kind: TaskKind, track: str) -> None:
    schema, row = kind.answers[track], answer_row(kind, track)
    assert schema.parse(row, classes_of(kind)) is not None
    assert {*schema.required} <= row.keys() <= {*schema.required, *schema.optional}
    assert len(json.dumps(row)) <= schema.most_bytes(len(classes_of(kind)))


@ANSWERS
def test_answer_with_a_key_too_many_or_too_few_is_refused(kind: TaskKind, track: str) -> None:
    schema, row = kind.answers[track], answer_row(kind, track)
    assert refusal(schema, {**row, "extra": 1}, kind).code == "unknown_key"
    for key in schema.required:
        fewer = {name: value for name, value in row.items() if name != key}
        assert refusal(schema, fewer, kind).code == "missing_key"


@ANSWERS
@pytest.mark.parametrize("value", [None, True, {}, [[]], [None], [True], float("nan"), 1e999])
def test_answer_with_a_value_of_no_sense_is_refused(
    kind: TaskKind, track: str, value: object
) -> None:
    schema, row = kind.answers[track], answer_row(kind, track)
    for key in row:
        if kind.slug == "next_sentence_prediction" and (key, value) == ("is_next", True):
            continue
        fault = refusal(schema, {**row, key: value}, kind)
        assert fault.reason


def refusal(schema: AnswerSchema, row: dict[str, Any], kind: TaskKind) -> RowInvalid:
    with pytest.raises(RowInvalid) as refused:
        schema.parse(row, classes_of(kind))
    return refused.value


@ALL
@pytest.mark.parametrize("value", [None, 3, [], "text", {}, {"text": 1}, {"txet": "a"}])
def test_malformed_input_is_refused(kind: TaskKind, value: object) -> None:
    with pytest.raises(RowInvalid):
        kind.check_input(value)


@ALL
def test_input_with_a_key_too_many_is_refused(kind: TaskKind) -> None:
    with pytest.raises(RowInvalid, match='unknown key "label"'):
        kind.check_input({**kind.examples.input["input"], "label": "positive"})


@ALL
@pytest.mark.parametrize("value", [None, "no such class", 1e13, [None], [[]], {"no": "such"}])
def test_malformed_label_is_refused(kind: TaskKind, value: object) -> None:
    with pytest.raises(RowInvalid):
        kind.check_label(value, LABELS)


@ALL
def test_samples_pass_and_are_of_several_lengths_and_languages(kind: TaskKind) -> None:
    assert len(kind.samples) >= 5
    for sample in kind.samples:
        assert kind.check_input(dict(sample)) == sample
    lengths = [len(json.dumps(sample)) for sample in kind.samples]
    assert max(lengths) > min(lengths)


def test_unknown_label_is_told_from_a_label_of_the_wrong_type() -> None:
    kind = get_kind("text_classification")
    with pytest.raises(RowInvalid, match='label "neutral" is not one of') as unknown:
        kind.check_label("neutral", LABELS)
    with pytest.raises(RowInvalid) as wrong:
        kind.check_label(1, LABELS)
    assert (unknown.value.code, wrong.value.code) == ("unknown_label", "wrong_type")
