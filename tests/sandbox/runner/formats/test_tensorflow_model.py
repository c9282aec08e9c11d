"""The real runner in TensorFlow's environment on tiny SavedModels and Keras files, good and bad."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from competitions.kinds import get_kind
from competitions.kinds.sample_images import png
from tests.parts import TENSORFLOW_PYTHON

from ..real_runs import run_python, run_staged
from ..staging import Result, Staged

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

HERE = Path(__file__).resolve().parent.parent
TEXTS = ["w1", "w2 w3 w4", "", "odd w9", "w5 w6 w7 w8 w9 w0 w1"]
TRAIN = ["w3 w3", "w4"]
PAIRS = [("w1 w2", "w2 w1"), ("w1", "w5 w6 w7")]
HEADS = (
    *("saved", "saved-one", "saved-declared", "saved-int64", "garden", "garden-probability"),
    *("keras", "keras-softmax", "keras-named", "keras-exported"),
)
PIXELS = {
    f"{number}.png": np.full((6, 4, 3), colour, dtype=np.uint8)
    for number, colour in enumerate([(250, 5, 100), (0, 51, 255)])
}
LABELS = ["red", "green", "blue"]
TAGS = ["O", "B-X", "I-X"]
VECTORS = ("vectors", "means", "garden-vectors")
# Model, kind, inputs, labels and settings.
KINDS: dict[str, tuple[str, list[dict[str, Any]], list[str], dict[str, Any]]] = {
    "tags": ("token_classification", [{"words": ["w1", "odd", "w3"]}], TAGS, {}),
    "span": ("extractive_qa", [{"question": "w1", "context": "w2 odd w9 w3"}], [], {}),
    "sets": ("text_multilabel", [{"text": "w4"}], ["a", "b", "c"], {}),
    "next": ("text_generation", [{"text": "w1 w2"}], [], {"max_new_tokens": 3}),
    "contacts": ("contact_prediction", [{"sequence": "MKT"}], [], {}),
    "garden-pretrained": (
        "next_sentence_prediction",
        [{"text_a": "w1", "text_b": "w2"}],
        [],
        {},
    ),
    "one-number": ("sentence_similarity", [{"text_a": "w1", "text_b": "w2"}], [], {}),
}
ROWS = [
    {"height": 1.5, "width": 2, "depth": -1},
    {"depth": 4, "height": 0.25, "width": None},
]
FAILURES = {
    "nothing": ("model_missing", "has neither saved_model.pb nor model.keras"),
    "no-saved-model": ("bad_model", "saved_model.pb can't be loaded. Save it by tf.saved_model"),
    "no-keras": ("bad_model", "model.keras can't be loaded. It must be made of Keras' own layers"),
    "lambda": ("bad_model", "potential risk of arbitrary code execution"),
    "own-layer": (
        "bad_model",
        "go into a SavedModel by model.export. TypeError: Could not locate class 'Own'.",
    ),
    "py-function": ("bad_model", "It calls Python by py_function or numpy_function, whose code"),
    "sized": ("bad_model", "length. ValueError: input_ids is declared with the shape (None, 8)"),
    "failing": ("bad_model", "length. ValueError: Exception encountered when calling Reshape"),
    "no-signature": ("bad_model", "has no signature; needed is serving_default"),
    "two-signatures": ("bad_model", "has one, two; needed is serving_default, or one alone"),
    "reads-strings": (
        "unsupported_architecture",
        "takes its input “texts” as texts or in a number type that is not given",
    ),
    "other-inputs": ("unsupported_architecture", "which this task can't give; it gives input_ids"),
    "other-outputs": ("missing_head", "only x, y. If one of them means it, say so"),
    "static": ("bad_model", "length. ValueError: attention_mask is declared with the shape (1, 8)"),
    "flat": ("bad_model", "of the shape (1,) for 1 inputs; expected are 2 dimensions"),
    "three-outputs": ("wrong_labels", "3 outputs, the task has 2 labels"),
    "not-finite": ("non_finite_output", "NaN"),
    "fails": ("bad_model", "slice index 100 of dimension 1 out of bounds"),
    "no-tokenizer": ("bad_tokenizer", "no tokenizer.json"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("programs")
    made = run_python(HERE / "tiny_tensorflow.py", out, python=TENSORFLOW_PYTHON)
    assert made.returncode == 0, made.stderr
    return out


def stage(root: Path, models: Path) -> Staged:
    staged = Staged(root, format="tensorflow")

    def own(slug: str, model: str) -> None:
        shutil.copytree(models / model, staged.own(slug), dirs_exist_ok=True)

    def add(slug: str, model: str, texts: Sequence[Any], **config: Any) -> None:
        staged.task(slug, texts, **config)
        own(slug, model)

    for name in (*HEADS, "saved-labels"):
        add(name, name, TEXTS)
    add("value", "value", TEXTS, kind="text_regression", labels=[])
    for name in VECTORS:
        add(name, name, TEXTS, train=TRAIN)
    add("pair", "pair", PAIRS, kind="sentence_similarity", labels=[])
    images = {name: png(4, 6, array.tobytes(), colour=2) for name, array in PIXELS.items()}
    for name in ("image", "image-garden", "image-first"):
        staged.images(name, images, kind="image_classification", labels=LABELS)
        own(name, name)
    staged.images("map", images, kind="semantic_segmentation", labels=LABELS)
    own("map", "map")
    staged.images("garden-boxes", images, kind="object_detection", labels=LABELS)
    own("garden-boxes", "garden-boxes")
    for name, (kind, inputs, labels, settings) in KINDS.items():
        staged.inputs(name, inputs, kind=kind, labels=labels, settings=settings)
        own(name, name)
    for name in ("table", "table-built"):
        staged.tables(name, ROWS, kind="tabular_regression", labels=[])
        own(name, name)
    staged.images("fractions", images, kind="image_classification", labels=LABELS)
    own("fractions", "image-garden")
    steps = staged.own("fractions") / "preprocessor_config.json"
    steps.write_text(steps.read_text().replace("false", "true"))
    for name in FAILURES:
        add(f"bad-{name}", name, TEXTS)
    return staged


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = stage(tmp_path_factory.mktemp("tensorflow") / "run", models)
    run_staged(staged)
    return staged


def ids(text: str) -> list[int]:
    return [int(word[1:]) + 2 if word[1:].isdigit() else 1 for word in text.split()] or [0]


def first(text: str) -> float:
    """The softmax of (mean, -mean) for its first number."""
    return float(1 / (1 + np.exp(-2 * float(np.mean(ids(text))))))


def checked(result: Result) -> Result:
    assert result.report["status"] == "ok", result.report
    return result


@pytest.mark.parametrize("name", HEADS)
def test_each_way_of_saving_gives_the_same_head(run: Staged, name: str) -> None:
    rows = checked(run.result(name)).rows
    for number, text in enumerate(TEXTS):
        expected = first(text)
        assert rows[f"r{number}"]["probs"] == pytest.approx([expected, 1 - expected], abs=1e-5)


def test_the_folder_s_own_names_order_the_classes(run: Staged) -> None:
    row = checked(run.result("saved-labels")).rows["r0"]
    assert row["label"] == "positive"
    assert row["probs"][1] == pytest.approx(first("w1"), abs=1e-5)


def test_one_output_is_a_value(run: Staged) -> None:
    assert checked(run.result("value")).rows["r1"]["value"] == pytest.approx(5)


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_of_tokens_are_pooled_and_those_of_texts_taken(run: Staged, name: str) -> None:
    rows = checked(run.result(name)).rows
    for number, text in enumerate(TEXTS):
        mean = float(np.mean(ids(text)))
        assert rows[f"r{number}"]["embedding"] == pytest.approx([mean, -mean, 1], abs=1e-5)
    assert rows["t1"]["embedding"][0] == pytest.approx(6)


def test_one_label_scores_pairs(run: Staged) -> None:
    rows = checked(run.result("pair")).rows
    assert rows["r0"]["score"] == pytest.approx(np.mean(ids("w1 w2 w2 w1")))


@pytest.mark.parametrize("name", ["image", "image-garden", "image-first"])
def test_images_come_in_the_order_of_axes_that_the_program_takes(run: Staged, name: str) -> None:
    rows = checked(run.result(name)).rows
    for number, pixels in enumerate(PIXELS.values()):
        scores = np.exp(pixels[0, 0] / 255)
        assert rows[f"r{number}"]["probs"] == pytest.approx(scores / scores.sum(), abs=1e-5)


def test_a_map_has_its_channels_last(run: Staged) -> None:
    rows = checked(run.result("map")).rows
    assert rows["r0"] == {
        "id": "r0",
        "size": [6, 4],
        "regions": [{"label": "red", "counts": [0, 24]}],
    }
    assert [each["label"] for each in rows["r1"]["regions"]] == ["blue"]


def test_words_get_tags_and_questions_answers(run: Staged) -> None:
    assert checked(run.result("tags")).rows["r0"]["tags"] == ["B-X", "O", "B-X"]
    assert checked(run.result("span")).rows["r0"]["answer"] == "w9"


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_is_one_that_the_scorer_takes(run: Staged, name: str) -> None:
    kind, inputs, labels, _ = KINDS[name]
    if name == "one-number":
        assert "one label in podium.json" in run.result(name).report["message"]
        return
    rows = checked(run.result(name)).rows
    assert len(rows) == len(inputs)
    for row in rows.values():
        known = get_kind(kind)
        answer = {key: value for key, value in row.items() if key != "id"}
        assert known.answers["predict"].parse(answer, known.classes(labels)) is not None


def test_other_kinds_are_answered_by_their_own_outputs(run: Staged) -> None:
    """Twice the mean of a single word w4 is 6, and 6 - 4 is likely."""
    assert checked(run.result("sets")).rows["r0"]["labels"] == ["a"]
    assert checked(run.result("next")).rows["r0"]["text"] == "w3 w4 w5"
    assert checked(run.result("garden-pretrained")).rows["r0"]["is_next"] is True
    pairs = checked(run.result("contacts")).rows["r0"]["pairs"]
    assert pairs == [[0, 1, 1], [0, 2, 1], [1, 2, 1]]


def test_a_detector_of_model_garden_begins_its_boxes_at_the_top(run: Staged) -> None:
    """The background is no class of the task's, and a box ends with the image."""
    for row in checked(run.result("garden-boxes")).rows.values():
        assert row["labels"] == ["green"]
        assert row["boxes"] == [[0, 1, 2, 4]]


def test_pixels_that_are_no_bytes_are_not_given_as_such(run: Staged) -> None:
    report = run.result("fractions").report
    assert report["error_code"] == "bad_model"
    assert "takes pixel_values as uint8, and what it is given are other" in report["message"]


@pytest.mark.parametrize("name", ["table", "table-built"])
def test_a_table_is_given_by_its_columns(run: Staged, name: str) -> None:
    rows = checked(run.result(name)).rows
    assert [rows[name]["value"] for name in ("r0", "r1")] == pytest.approx([2.5, 4.25])


def test_the_report_says_what_the_program_holds(run: Staged) -> None:
    report = checked(run.result("keras")).report
    assert (report["parameters"], report["dtype"]) == (12 * 3 + 3 * 2, "float32")
    assert report["model_bytes"] > 1000
    assert checked(run.result("saved")).report["parameters"] == 12 * 3


@pytest.mark.parametrize("name", FAILURES)
def test_what_is_wrong_is_said(run: Staged, name: str) -> None:
    code, said = FAILURES[name]
    report = run.result(f"bad-{name}").report
    assert (report["status"], report["error_code"]) == ("failed", code), report
    assert said in report["message"], report


def test_a_second_run_answers_the_same_bytes(run: Staged, models: Path, tmp_path: Path) -> None:
    again = stage(tmp_path / "run", models)
    run_staged(again)
    for slug in (*HEADS, "means", "image", "map", "table"):
        assert again.result(slug).raw == run.result(slug).raw, slug
