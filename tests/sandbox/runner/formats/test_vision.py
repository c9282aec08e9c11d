"""The real runner on tiny models of images by transformers, good and bad, in one run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from competitions.kinds import KINDS
from competitions.kinds.sample_images import png

from ..real_runs import run_python, run_staged
from ..staging import Result, Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
LABELS = ["cat", "dog", "bird"]
OWN_ORDER = [1, 0, 2]
"""The models' places of the task's labels: theirs are dog, cat, bird."""

SIZES = [(32, 32), (48, 64), (30, 70), (64, 40), (5, 9)]
HEADS = ("vit", "grey-vit", "resnet")
PROBES = {
    "vit-encoder": "mean",
    "vit-encoder-cls": "cls",
    "resnet-encoder": "mean",
    "clip-images": "mean",
}
DETECTORS = ("detr", "yolos", "deformable-detr")
FAILURES = {
    "missing-head": ("missing_head", "classifier.weight"),
    "no-preprocessor": ("bad_model", "preprocessor_config.json is missing"),
    "other-size": ("bad_model", "of the shape (3, 40, 40)"),
    "own-steps": ("bad_model", "“do_thumbnail”, which is not done here"),
    "other-labels": ("wrong_labels", "fox, cat, bird"),
    "bert": ("unsupported_architecture", "AutoModelForImageClassification for bert"),
}


def _images() -> dict[str, bytes]:
    """Random smooth images, all in colour but one."""
    rng = np.random.default_rng(0)
    found = {}
    for number, (height, width) in enumerate(SIZES):
        channels = 1 if number == 3 else 3
        coarse = rng.integers(0, 256, (height // 5 + 1, width // 5 + 1, channels), dtype=np.uint8)
        pixels = coarse.repeat(5, axis=0).repeat(5, axis=1)[:height, :width]
        colour = 0 if channels == 1 else 2
        found[f"{number}.png"] = png(width, height, pixels.tobytes(), colour=colour)
    return found


IMAGES = _images()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("vision")
    made = run_python(HERE / "tiny_vision.py", out)
    assert made.returncode == 0, made.stderr
    return out


def _stage(root: Path, models: Path, **settings: Any) -> Staged:
    staged = Staged(root, settings=settings)

    def add(slug: str, model: str, kind: str, labels: list[str], **config: Any) -> None:
        shutil.copytree(models / model, staged.own(slug), dirs_exist_ok=True)
        staged.images(slug, IMAGES, kind=kind, labels=labels, **config)

    for name in HEADS:
        add(f"head-{name}", name, "image_classification", LABELS)
    for name, pooling in PROBES.items():
        add(
            name,
            name.removesuffix("-cls"),
            "image_classification",
            LABELS,
            track="probe",
            pooling=pooling,
        )
    for name in DETECTORS:
        add(f"boxes-{name}", name, "object_detection", LABELS)
    add("boxes-few", "detr", "object_detection", ["bird", "dog"])
    add("regions", "segformer", "semantic_segmentation", LABELS)
    add("regions-few", "segformer", "semantic_segmentation", ["bird"])
    for name in FAILURES:
        add(f"bad-{name}", name, "image_classification", LABELS)
    add("bad-joined", "clip", "image_classification", LABELS, track="probe")
    add("bad-cut", "cut-detector", "object_detection", LABELS)
    add("bad-timm", "timm-backbone", "object_detection", LABELS)
    add("bad-no-detector", "vit", "object_detection", LABELS)
    add("bad-strange", "detr", "object_detection", ["cat", "cow"])
    return staged


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """Images of unequal size one by one, so that no padding plays a part."""
    staged = _stage(tmp_path_factory.mktemp("run") / "run", models, batch_tokens=1)
    run_staged(staged)
    return staged


@pytest.fixture(scope="module")
def expected(models: Path, run: Staged) -> Mapping[str, list[Any]]:
    """By slug, computed one image at a time."""
    parts = {f"head-{name}": (name, "head") for name in HEADS}
    parts |= {name: (name.removesuffix("-cls"), pooling) for name, pooling in PROBES.items()}
    parts |= {f"boxes-{name}": (name, "boxes") for name in DETECTORS}
    parts["regions"] = ("segformer", "regions")
    jobs = [
        {
            "folder": str(models / model),
            "part": part,
            "images": [str(run.in_dir / "tasks" / slug / "files" / name) for name in IMAGES],
        }
        for slug, (model, part) in parts.items()
    ]
    done = run_python(HERE / "vision_reference.py", stdin=json.dumps(jobs))
    assert done.returncode == 0, done.stderr
    return dict(zip(parts, json.loads(done.stdout), strict=True))


def _checked(staged: Staged, slug: str) -> Result:
    result = staged.result(slug)
    assert result.report["status"] == "ok", result.report
    assert {f"r{number}" for number in range(len(IMAGES))} <= set(result.rows)
    return result


@pytest.mark.parametrize("name", HEADS)
def test_classes_are_those_of_each_image_alone(
    run: Staged, expected: Mapping[str, list[Any]], name: str
) -> None:
    rows = _checked(run, f"head-{name}").rows
    for number, logits in enumerate(expected[f"head-{name}"]):
        powers = np.exp(np.array(logits)[OWN_ORDER])
        probs = powers / powers.sum()
        assert rows[f"r{number}"]["probs"] == pytest.approx(probs.tolist(), abs=1e-5)
        assert rows[f"r{number}"]["label"] == LABELS[int(probs.argmax())]


@pytest.mark.parametrize("name", PROBES)
def test_embeddings_are_those_of_each_image_alone(
    run: Staged, expected: Mapping[str, list[Any]], name: str
) -> None:
    rows = _checked(run, name).rows
    for number, vector in enumerate(expected[name]):
        for prefix in "rt":
            np.testing.assert_allclose(
                rows[f"{prefix}{number}"]["embedding"], vector, rtol=1e-4, atol=1e-5
            )


def _corners(row: Mapping[str, Any]) -> NDArray[np.float64]:
    boxes = np.array(row["boxes"]).reshape(-1, 4)
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


@pytest.mark.parametrize("name", DETECTORS)
def test_boxes_are_transformers_own_cut_to_the_image(
    run: Staged, expected: Mapping[str, list[Any]], name: str
) -> None:
    rows = _checked(run, f"boxes-{name}").rows
    for number, said in enumerate(expected[f"boxes-{name}"]):
        height, width = SIZES[number]
        corners = np.clip(np.array(said["boxes"]), 0, [width, height, width, height])
        kept = (corners[:, 2:] > corners[:, :2]).all(axis=1)
        order = np.argsort(-np.array(said["scores"])[kept], kind="stable")
        row = rows[f"r{number}"]
        assert row["scores"] == sorted(row["scores"], reverse=True)
        np.testing.assert_allclose(row["scores"], np.array(said["scores"])[kept][order], rtol=1e-4)
        np.testing.assert_allclose(_corners(row), corners[kept][order], rtol=1e-3, atol=1e-3)
        own = np.array(said["labels"])[kept][order]
        assert row["labels"] == [LABELS[OWN_ORDER.index(label)] for label in own]


def test_a_detector_may_know_more_classes_than_the_task(run: Staged) -> None:
    rows = _checked(run, "boxes-few").rows
    assert {label for row in rows.values() for label in row["labels"]} <= {"bird", "dog"}


def _pixels(row: Mapping[str, Any]) -> NDArray[np.int64]:
    """The task's place of each pixel's label, -1 for none."""
    height, width = row["size"]
    flat = np.full(height * width, -1)
    for region in row["regions"]:
        inside = np.repeat(np.arange(len(region["counts"])) % 2 == 1, region["counts"])
        flat[: len(inside)][inside] = LABELS.index(region["label"])
    return flat.reshape(width, height).T


def test_regions_are_transformers_own(run: Staged, expected: Mapping[str, list[Any]]) -> None:
    rows = _checked(run, "regions").rows
    for number, said in enumerate(expected["regions"]):
        own = np.array(OWN_ORDER).argsort()[np.array(said)]
        assert rows[f"r{number}"]["size"] == list(SIZES[number])
        assert (_pixels(rows[f"r{number}"]) == own).mean() > 0.999


def test_pixels_of_other_classes_stay_open(run: Staged) -> None:
    every, few = _checked(run, "regions").rows, _checked(run, "regions-few").rows
    for number in range(len(IMAGES)):
        all_pixels, bird = _pixels(every[f"r{number}"]), _pixels(few[f"r{number}"])
        assert ((all_pixels == 2) == (bird == 2)).all()
        assert set(np.unique(bird)) <= {-1, 2}


@pytest.mark.parametrize("slug", ["boxes-detr", "boxes-yolos", "regions", "head-vit"])
def test_answers_are_what_the_scorer_takes(run: Staged, slug: str) -> None:
    kinds = {"boxes": "object_detection", "regions": "semantic_segmentation"}
    kind = KINDS[kinds.get(slug.partition("-")[0], "image_classification")]
    for row in _checked(run, slug).rows.values():
        fields = {name: value for name, value in row.items() if name != "id"}
        assert kind.answers["predict"].parse(fields, LABELS) is not None


def test_images_of_unequal_size_share_a_batch_only_with_a_mask(
    models: Path, run: Staged, tmp_path: Path
) -> None:
    """DETR is told what is padding, though its convolutions see the border; models that can't be
    told get one image at a time."""
    staged = _stage(tmp_path / "run", models, batch_tokens=1024)
    run_staged(staged)
    for one, row in _checked(staged, "boxes-yolos").rows.items():
        alone = run.result("boxes-yolos").rows[one]
        np.testing.assert_allclose(row["boxes"], alone["boxes"], rtol=1e-3, atol=1e-3)
    for one, row in _checked(staged, "resnet-encoder").rows.items():
        alone = run.result("resnet-encoder").rows[one]
        np.testing.assert_allclose(row["embedding"], alone["embedding"], rtol=1e-3, atol=1e-5)
    for one, row in _checked(staged, "boxes-detr").rows.items():
        alone = run.result("boxes-detr").rows[one]
        np.testing.assert_allclose(row["scores"], alone["scores"], atol=0.02)


@pytest.mark.parametrize("name", FAILURES)
def test_a_bad_model_fails_alone_with_its_code(run: Staged, name: str) -> None:
    code, said = FAILURES[name]
    report = run.result(f"bad-{name}").report
    assert report["error_code"] == code, report["message"]
    assert said in report["message"]


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("bad-cut", "bad_model", "Boxes need the whole image"),
        ("bad-joined", "unsupported_architecture", "Save the one that the task needs alone"),
        ("bad-timm", "bad_model", "timm"),
        ("bad-no-detector", "unsupported_architecture", "AutoModelForObjectDetection for vit"),
        ("bad-strange", "wrong_labels", "no cow, which the task asks for"),
    ],
)
def test_a_bad_detector_is_told_why(run: Staged, name: str, code: str, said: str) -> None:
    report = run.result(name).report
    assert report["error_code"] == code, report["message"]
    assert said in report["message"]


@pytest.mark.parametrize(
    "slug", ["head-resnet", "boxes-detr", "boxes-yolos", "boxes-deformable-detr"]
)
def test_what_an_image_takes_is_measured(run: Staged, slug: str) -> None:
    """YOLOS and Deformable DETR give weights to their own parts as inputs."""
    report = run.result(slug).report
    assert 0 < report["latency_p50_ms"] <= report["latency_p95_ms"]
    assert report["flops_per_row"] > 10_000


def test_answers_about_sample_images_are_explained_place_by_place(
    models: Path, run: Staged, tmp_path: Path
) -> None:
    staged = Staged(tmp_path / "run", settings={"rehearsal": True})
    for name in ("vit", "resnet"):
        shutil.copytree(models / name, staged.own(name), dirs_exist_ok=True)
        staged.images(name, IMAGES, kind="image_classification", labels=LABELS)
    run_staged(staged)
    for name in ("vit", "resnet"):
        rows = _checked(run, f"head-{name}").rows
        told = json.loads((staged.out_dir / name / "explanations.json").read_text())
        assert {each["id"] for each in told} == set(rows)
        for each in told:
            assert LABELS[OWN_ORDER.index(each["target"])] == rows[each["id"]]["label"]
            grid = np.array(each["grid"])
            assert (grid.shape, each["tokens"]) == ((16, 16), [])
            assert np.abs(grid).max() == pytest.approx(1)
