"""The real runner on small ONNX graphs of images, tables and bytes, good and bad, in one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from competitions.kinds.sample_images import png

from ..real_runs import run_staged
from ..staging import Staged
from . import onnx_writer as onnx
from .test_onnx import tokenizer

pytestmark = pytest.mark.runner

RNG = np.random.default_rng(0)
CLASSES = ["red", "green", "blue"]
SIZES = [(4, 6), (10, 10), (3, 9)]
IMAGES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in SIZES]
FILES = {
    f"{number}.png": png(image.shape[1], image.shape[0], image.tobytes(), colour=2)
    for number, image in enumerate(IMAGES)
}
AS_THEY_ARE = {"do_resize": False, "do_rescale": True}
HALF = {"size": {"height": 8, "width": 16}}
MEANS = [image.reshape(-1, 3).mean(axis=0) / 255 for image in IMAGES]

BOXES = np.array([[2, 1, 3, 2], [0, 0, 2, 2], [14, 6, 9, 9], [1, 1, 0, 0]], dtype=np.float32)
PARTS = np.array(
    [[0.25, 0.5, 0.75, 1], [0, 0, 0.5, 0.25], [0, 0, 0, 0], [0.5, 0.5, 2, 2]], dtype=np.float32
)
SCORES = np.array([0.25, 0.75, 0.5, 0.9], dtype=np.float32)
PLACES = np.array([0, 2, 1, 1], dtype=np.float32)
QUERIES = np.array([[4, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 9]], dtype=np.float32)
CENTRES = np.array([[0.5, 0.5, 0.5, 1], [0, 0.5, 0.5, 0.5], [0.5, 0.5, 1, 1]], dtype=np.float32)

COLUMNS = {"columns": ["size", "colour"], "categories": {"colour": ["red", "blue"]}}
ROWS = [{"size": 2.5, "colour": "blue"}, {"colour": "red", "size": None, "more": 1}]
TABLE = np.array([[1, -1], [2, 3]], dtype=np.float32)
BYTES = {"bytes": {"length": 4, "padding": 256}}
SUMS = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32) / 100
TEXTS = ["abcd", "é"]


def _put(folder: Path, content: bytes, **files: object) -> None:
    onnx.write(folder / "model.onnx", content)
    for name, data in files.items():
        text = data if isinstance(data, str) else json.dumps(data)
        (folder / f"{name}.json").write_text(text)


def _put_images(folder: Path, content: bytes, declared: object = None, **steps: Any) -> None:
    files = {"podium": declared} if declared else {}
    _put(folder, content, preprocessor_config=steps or AS_THEY_ARE, **files)


IMAGE_TASKS: dict[str, tuple[bytes, dict[str, Any], dict[str, Any]]] = {
    "means": (onnx.channel_means(), {}, {}),
    "renamed": (
        onnx.channel_means(pixels="x", logits="y"),
        {"inputs": {"x": "pixel_values"}, "outputs": {"logits": "y"}},
        {},
    ),
    "last": (
        onnx.channels_last_means(),
        {"inputs": {"image": "pixel_values"}, "layout": "NHWC"},
        {},
    ),
    "bytes-of-pixels": (
        onnx.channels_last_means(onnx.UINT8),
        {"inputs": {"image": "pixel_values"}, "layout": "NHWC", "labels": CLASSES[::-1]},
        {"do_resize": False, "do_rescale": False},
    ),
}
FAILURES: dict[str, tuple[str, bytes, dict[str, Any], str, str]] = {
    "unnamed-input": (
        "image_classification",
        onnx.channel_means(pixels="x"),
        {"preprocessor_config": AS_THEY_ARE},
        "unsupported_architecture",
        "the input “x”, which this task can't give; it gives pixel_values, pixel_mask. Say which",
    ),
    "unnamed-output": (
        "image_classification",
        onnx.channel_means(logits="y"),
        {"preprocessor_config": AS_THEY_ARE},
        "missing_head",
        "only y. If one of them means it, say so under “outputs” in podium.json",
    ),
    "wrong-meaning": (
        "image_classification",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"inputs": {"pixel_values": "pixels"}}},
        "bad_model",
        "“inputs” has pixels",
    ),
    "absent-input": (
        "image_classification",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"inputs": {"pixels": "pixel_values"}}},
        "bad_model",
        "“inputs” has pixels; the inputs of model.onnx are pixel_values",
    ),
    "absent-output": (
        "image_classification",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"outputs": {"logits": "y"}}},
        "bad_model",
        "“outputs” has y; the outputs of model.onnx are logits",
    ),
    "listed-inputs": (
        "image_classification",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"inputs": ["pixel_values"]}},
        "bad_model",
        "“inputs” has 0 (lists are for modules of PyTorch)",
    ),
    "half-a-type": (
        "image_classification",
        onnx.channels_last_means(onnx.BFLOAT16),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"inputs": {"image": "pixel_values"}}},
        "unsupported_architecture",
        "takes its input “image” as texts or in a number type that is not given",
    ),
    "fractions-as-bytes": (
        "image_classification",
        onnx.channels_last_means(onnx.UINT8),
        {
            "preprocessor_config": AS_THEY_ARE,
            "podium": {"inputs": {"image": "pixel_values"}, "layout": "NHWC"},
        },
        "bad_model",
        "takes pixel_values as uint8, and what it is given are other numbers",
    ),
    "wrong-layout": (
        "image_classification",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"layout": "HWC"}},
        "bad_model",
        "“layout” must be NCHW or NHWC",
    ),
    "other-layout": (
        "image_classification",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"layout": "NHWC"}},
        "bad_model",
        "model.onnx fails on pixel_values of the shape (1, 48, 64, 3); batches may have any size, "
        "images every size that preprocessor_config.json leaves, with their axes in the order NHWC",
    ),
    "no-preprocessor": (
        "image_classification",
        onnx.channel_means(),
        {},
        "bad_model",
        "preprocessor_config.json is missing",
    ),
    "tokens-for-images": (
        "image_classification",
        onnx.first_token(np.zeros((12, 3), dtype=np.float32), "logits"),
        {"preprocessor_config": AS_THEY_ARE},
        "unsupported_architecture",
        "takes input_ids, the task has images",
    ),
    "only-boxes": (
        "object_detection",
        onnx.constants(onnx.PIXELS, "pixel_values", boxes=BOXES),
        {"preprocessor_config": AS_THEY_ARE},
        "bad_model",
        "boxes and no scores",
    ),
    "wrong-form": (
        "object_detection",
        onnx.constants(onnx.PIXELS, "pixel_values", boxes=BOXES, scores=SCORES, labels=PLACES),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"boxes": "cxcywh"}},
        "bad_model",
        "“boxes” must be one of xywh, xyxy, yxyx",
    ),
    "wrong-parts": (
        "object_detection",
        onnx.constants(onnx.PIXELS, "pixel_values", boxes=BOXES, scores=SCORES, labels=PLACES),
        {"preprocessor_config": AS_THEY_ARE, "podium": {"relative_boxes": "yes"}},
        "bad_model",
        "“relative_boxes” must be true or false",
    ),
    "high-scores": (
        "object_detection",
        onnx.constants(onnx.PIXELS, "pixel_values", boxes=BOXES, scores=SCORES * 2, labels=PLACES),
        {"preprocessor_config": AS_THEY_ARE},
        "bad_model",
        "do not lie within 0 and 1",
    ),
    "two-classes": (
        "object_detection",
        onnx.constants(onnx.PIXELS, "pixel_values", logits=QUERIES[:, :2], pred_boxes=CENTRES),
        {"preprocessor_config": AS_THEY_ARE},
        "wrong_labels",
        "scores 2 classes; expected are 3, or 4",
    ),
    "flat-regions": (
        "semantic_segmentation",
        onnx.channel_means(),
        {"preprocessor_config": AS_THEY_ARE},
        "bad_model",
        "gave 2 dimensions; expected are 4",
    ),
    "no-columns": (
        "tabular_classification",
        onnx.linear(TABLE, "features"),
        {},
        "bad_model",
        "“columns” must list",
    ),
    "other-columns": (
        "tabular_classification",
        onnx.linear(TABLE, "features"),
        {"podium": {"columns": ["size"]}},
        "bad_model",
        "fails on features of the shape (1, 1)",
    ),
    "nan-filling": (
        "tabular_classification",
        onnx.linear(TABLE, "features"),
        {"podium": COLUMNS | {"fill": None}},
        "non_finite_output",
        "NaN",
    ),
    "bytes-unsaid": (
        "text_classification",
        onnx.linear(SUMS, "bytes", onnx.INT32),
        {},
        "bad_model",
        "“bytes” must be an object",
    ),
}


PLACES_OF_BYTES: dict[str, dict[str, Any]] = {
    "token_classification": {"words": ["a", "b"]},
    "residue_labelling": {"sequence": "MK"},
    "extractive_qa": {"question": "a", "context": "b"},
    "causal_language_modelling": {"text": "a"},
    "text_generation": {"text": "a"},
}
"""Kinds that ask for the places of tokens."""


def _stage_places(staged: Staged) -> None:
    for kind, row in PLACES_OF_BYTES.items():
        slug = kind.replace("_", "-")
        names = ("start_logits", "end_logits") if kind == "extractive_qa" else ("logits",)
        declared = BYTES | {"outputs": dict.fromkeys(names, "y")}
        graph = onnx.linear(SUMS, "bytes", onnx.INT32, output="y")
        _put(staged.own(slug), graph, podium=declared)
        staged.inputs(slug, [row], kind=kind, labels=CLASSES)


def _stage_bad(staged: Staged) -> None:
    for name, (kind, content, files, _, _) in FAILURES.items():
        _put(staged.own(name), content, **files)
        if kind.startswith("tabular"):
            staged.tables(name, ROWS, kind=kind)
        elif kind.startswith("text"):
            staged.task(name, TEXTS, kind=kind)
        else:
            staged.images(name, FILES, kind=kind, labels=CLASSES)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = Staged(tmp_path_factory.mktemp("inputs") / "run", format="onnx")
    for name, (content, declared, steps) in IMAGE_TASKS.items():
        _put_images(staged.own(name), content, declared, **steps)
        staged.images(name, FILES, kind="image_classification", labels=CLASSES)
    _put_images(staged.own("maps"), onnx.maps("last_hidden_state"))
    staged.images("maps", FILES, kind="image_classification", labels=CLASSES, track="probe")
    _put_images(staged.own("regions"), onnx.maps())
    _put_images(staged.own("regions-last"), onnx.maps_last(), {"layout": "NHWC"})
    for name in ("regions", "regions-last"):
        staged.images(name, FILES, kind="semantic_segmentation", labels=CLASSES)
    found = {"boxes": BOXES, "scores": SCORES, "labels": PLACES}
    _put_images(staged.own("boxes"), onnx.constants(onnx.PIXELS, "pixel_values", **found), **HALF)
    _put_images(
        staged.own("corners"),
        onnx.constants(onnx.PIXELS, "pixel_values", where=BOXES, scores=SCORES, labels=PLACES),
        {"boxes": "xyxy", "outputs": {"boxes": "where"}, "labels": ["sky", "blue", "red", "green"]},
        **HALF,
    )
    _put_images(
        staged.own("queries"),
        onnx.constants(onnx.PIXELS, "pixel_values", classes=QUERIES, where=CENTRES),
        {"outputs": {"logits": "classes", "pred_boxes": "where"}},
        **HALF,
    )
    _put_images(
        staged.own("parts"),
        onnx.constants(onnx.PIXELS, "pixel_values", where=PARTS, scores=SCORES, labels=PLACES),
        {"boxes": "yxyx", "relative_boxes": True, "outputs": {"boxes": "where"}},
        **HALF,
    )
    for name in ("boxes", "corners", "queries", "parts"):
        staged.images(name, FILES, kind="object_detection", labels=CLASSES)
    _put(staged.own("table"), onnx.linear(TABLE, "features"), podium=COLUMNS)
    staged.tables("table", ROWS, kind="tabular_classification")
    declared = COLUMNS | {"inputs": {"X": "features"}, "outputs": {"logits": "variable"}, "fill": 9}
    value = onnx.linear(TABLE[:, :1], "X", output="variable")
    _put(staged.own("value"), value, podium=declared)
    staged.tables("value", ROWS, kind="tabular_regression", labels=[])
    words = onnx.first_token(np.eye(12, dtype=np.float32)[:, :2], "logits")
    _put(staged.own("words"), words, tokenizer=tokenizer())
    staged.tables("words", ROWS, kind="tabular_classification")
    _put(staged.own("bytes"), onnx.linear(SUMS, "bytes", onnx.INT32), podium=BYTES)
    staged.task("bytes", TEXTS)
    _put_images(staged.own("broken"), onnx.channel_means())
    files = FILES | {"1.png": FILES["1.png"][:60]}
    staged.images("broken", files, kind="image_classification", labels=CLASSES)
    _stage_bad(staged)
    _stage_places(staged)
    run_staged(staged)
    return staged


def _rows(run: Staged, slug: str) -> list[dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report
    return [result.rows[f"r{number}"] for number in range(len(result.rows))]


def _softmax(numbers: Any) -> list[float]:
    powers = np.exp(np.asarray(numbers, dtype=np.float64))
    found: list[float] = (powers / powers.sum()).tolist()
    return found


@pytest.mark.parametrize("name", ["means", "renamed", "last"])
def test_images_are_read_in_the_graph_s_own_names_and_order(run: Staged, name: str) -> None:
    for row, means in zip(_rows(run, name), MEANS, strict=True):
        assert row["probs"] == pytest.approx(_softmax(means), abs=1e-5)


def test_pixels_may_be_bytes_and_labels_have_names(run: Staged) -> None:
    for row, means in zip(_rows(run, "bytes-of-pixels"), MEANS, strict=True):
        assert row["probs"] == pytest.approx(_softmax(means[::-1] * 255), abs=1e-5)


def test_maps_become_the_mean_of_their_places(run: Staged) -> None:
    rows = run.result("maps").rows
    for number, means in enumerate(MEANS):
        assert rows[f"r{number}"]["embedding"] == pytest.approx(means.tolist(), rel=1e-4)
        assert rows[f"t{number}"] == rows[f"r{number}"] | {"id": f"t{number}"}


@pytest.mark.parametrize("name", ["regions", "regions-last"])
def test_each_pixel_gets_the_class_with_the_largest_score(run: Staged, name: str) -> None:
    for row, image in zip(_rows(run, name), IMAGES, strict=True):
        height, width, _ = image.shape
        assert row["size"] == [height, width]
        flat = image.argmax(axis=2).T.reshape(-1)
        for region in row["regions"]:
            runs = np.repeat(np.arange(len(region["counts"])) % 2 == 1, region["counts"])
            expected = flat == CLASSES.index(region["label"])
            assert (runs == expected[: len(runs)]).all()
            assert not expected[len(runs) :].any()


def test_boxes_in_pixels_of_the_input_become_those_of_the_image(run: Staged) -> None:
    """The input is 8 high and 16 wide. A box without a side is none, one may reach out."""
    for row, (height, width) in zip(_rows(run, "boxes"), SIZES, strict=True):
        tall, wide = height / 8, width / 16
        assert row["labels"] == ["blue", "green", "red"]
        assert row["scores"] == [0.75, 0.5, 0.25]
        expected = [
            [0, 0, 2 * wide, 2 * tall],
            [14 * wide, 6 * tall, 2 * wide, 2 * tall],
            [2 * wide, tall, 3 * wide, 2 * tall],
        ]
        np.testing.assert_allclose(row["boxes"], expected, rtol=1e-5)


def test_corners_and_other_classes_are_understood(run: Staged) -> None:
    """Of four boxes two are corners of something, and one of them is called sky."""
    for row, (height, width) in zip(_rows(run, "corners"), SIZES, strict=True):
        tall, wide = height / 8, width / 16
        assert (row["labels"], row["scores"]) == (["red"], [0.75])
        np.testing.assert_allclose(row["boxes"], [[0, 0, 2 * wide, 2 * tall]], rtol=1e-5)


def test_boxes_as_parts_of_the_image_may_begin_with_their_height(run: Staged) -> None:
    """As TensorFlow's detectors give them: top, left, bottom and right."""
    for row, (height, width) in zip(_rows(run, "parts"), SIZES, strict=True):
        assert row["labels"] == ["green", "blue", "red"]
        expected = [
            [width / 2, height / 2, width / 2, height / 2],
            [0, 0, width / 4, height / 2],
            [width / 2, height / 4, width / 2, height / 2],
        ]
        np.testing.assert_allclose(row["boxes"], expected, rtol=1e-5)


def test_queries_are_those_of_detr(run: Staged) -> None:
    for row, (height, width) in zip(_rows(run, "queries"), SIZES, strict=True):
        assert row["labels"] == ["red", "blue", "red"]
        scores = [_softmax(QUERIES[0])[0], _softmax(QUERIES[1])[2], _softmax(QUERIES[2])[0]]
        assert row["scores"] == pytest.approx(scores, rel=1e-4)
        expected = [
            [width / 4, 0, width / 2, height],
            [0, height / 4, width / 4, height / 2],
            [0, 0, width, height],
        ]
        np.testing.assert_allclose(row["boxes"], expected, rtol=1e-5)


def test_tables_are_read_by_their_columns(run: Staged) -> None:
    rows = _rows(run, "table")
    assert rows[0]["probs"] == pytest.approx(_softmax([2.5 + 2, -2.5 + 3]), abs=1e-5)
    assert rows[1]["probs"] == pytest.approx([0.5, 0.5])
    assert [row["value"] for row in _rows(run, "value")] == pytest.approx([2.5 + 2, 9])


def test_a_graph_of_tokens_reads_a_table_in_words(run: Staged) -> None:
    assert len(_rows(run, "words")) == len(ROWS)


def test_texts_are_read_as_bytes(run: Staged) -> None:
    first, second = _rows(run, "bytes")
    assert first["probs"] == pytest.approx(_softmax([1.95, 1.99]), abs=1e-5)
    assert second["probs"] == pytest.approx(_softmax([3.64, 5.12]), abs=1e-5)


@pytest.mark.parametrize("kind", PLACES_OF_BYTES)
def test_a_graph_of_bytes_answers_nothing_about_places_of_tokens(run: Staged, kind: str) -> None:
    report = run.result(kind.replace("_", "-")).report
    assert report["error_code"] == "unsupported_architecture", report
    assert "asks where tokens stand in a text. model.onnx reads none" in report["message"]


def test_a_broken_image_costs_its_own_task_only(run: Staged) -> None:
    report = run.result("broken").report
    assert (report["error_code"], report["rows"]) == ("internal", 0)
    assert run.result("broken").raw == b""


@pytest.mark.parametrize("name", FAILURES)
def test_a_wrong_declaration_is_named(run: Staged, name: str) -> None:
    *_, code, said = FAILURES[name]
    report = run.result(name).report
    assert report["error_code"] == code, report["message"]
    assert said in report["message"]
