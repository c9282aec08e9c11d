"""Fine-tuning for real: tiny models of many architectures learn toy tasks from scratch."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.measure import FEWEST_ROWS

from . import lessons
from .lessons import NAMES, Rows, stage
from .real_runs import run_python, run_staged
from .staging import Result, Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent
QUICK = {"learning_rate": 5e-3, "batch_size": 8, "epochs": 12, "seeds": 2}
SLOW = {**QUICK, "epochs": 30}

TEXT, PAIR, NUMBER, TAGS, SEQUENCE, IMAGE = (
    "text_classification",
    "pair_classification",
    "text_regression",
    "token_classification",
    "sequence_classification",
    "image_classification",
)
MAKERS: dict[str, Callable[..., Rows]] = {
    TEXT: lessons.texts,
    PAIR: lessons.pairs,
    NUMBER: lessons.numbers,
    TAGS: lessons.tagged,
    SEQUENCE: lessons.sequences,
}
LEARNERS = {
    "bert": ("heads/fill-bert", TEXT, QUICK),
    "bert-other-head": ("models/three-labels", TEXT, QUICK),
    "roberta": ("heads/fill-roberta", TEXT, QUICK),
    "gpt2": ("heads/causal-gpt2", TEXT, QUICK),
    "t5": ("heads/generate-t5", TEXT, SLOW),
    "bart": ("heads/generate-bart", TEXT, SLOW),
    "xlnet": ("models/xlnet", TEXT, QUICK),
    "xlnet-tags": ("models/xlnet", TAGS, QUICK),
    "bert-pairs": ("models/encoder", PAIR, SLOW),
    "bert-numbers": ("models/encoder", NUMBER, SLOW),
    "bert-tags": ("models/without-pooler", TAGS, QUICK),
    "gpt2-tags": ("heads/causal-gpt2", TAGS, QUICK),
    "esm": ("heads/contacts-esm", SEQUENCE, QUICK),
    "vit": ("vision/vit-encoder", IMAGE, QUICK),
    "resnet": ("vision/resnet", IMAGE, SLOW),
}


@dataclass(frozen=True)
class Ran:
    """A finished run, and the test rows with their labels by slug."""

    staged: Staged
    tests: dict[str, Rows]

    def answers(self, slug: str) -> list[list[Any]]:
        """The bare answers of each seed, in the order of the rows."""
        rows = self.staged.result(slug).rows
        key = {NUMBER: "value", TAGS: "tags"}.get(LEARNERS[slug][1], "label")
        listed = [[one[key] for one in rows[f"r{n}"]["seeds"]] for n in range(len(rows))]
        return [list(column) for column in zip(*listed, strict=True)]

    def labels(self, slug: str) -> list[Any]:
        return [label for _, label in self.tests[slug]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bodies")
    for program, folder in (("models", "models"), ("heads", "heads"), ("vision", "vision")):
        made = run_python(HERE / f"tiny_{program}.py", out / folder)
        assert made.returncode == 0, made.stderr
    return out


def add(staged: Staged, models: Path, slug: str, body: str, kind: str, chosen: Any) -> Rows:
    """Stage one task with its own model; returns its test rows."""
    shutil.copytree(models / body, staged.own(slug), dirs_exist_ok=True)
    labels = {NUMBER: [], TAGS: ["O", "B-X", "I-X"]}.get(kind, list(NAMES))
    files: dict[str, bytes] = {}
    if kind == IMAGE:
        train, files = lessons.pictures(32, seed=5)
        test, more = lessons.pictures(8, seed=6)
        files |= more
    else:
        train, test = MAKERS[kind](48), MAKERS[kind](16, seed=99)
    stage(
        staged,
        slug,
        train=train,
        test=[given for given, _ in test],
        files=files,
        kind=kind,
        track="finetune",
        labels=labels,
        settings=chosen,
    )
    return test


def run(root: Path, models: Path, names: dict[str, Any], **settings: Any) -> Ran:
    staged = Staged(root, settings={"batch_tokens": 1024, **settings})
    tests = {name: add(staged, models, name, *names[name]) for name in names}
    run_staged(staged)
    return Ran(staged, tests)


@pytest.fixture(scope="module")
def ran(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(tmp_path_factory.mktemp("learned") / "run", models, LEARNERS)


def good(result: Result) -> Result:
    assert result.report["status"] == "ok", result.report["message"]
    return result


@pytest.mark.parametrize("slug", LEARNERS)
def test_every_seed_learns_a_separable_task(ran: Ran, slug: str) -> None:
    result = good(ran.staged.result(slug))
    assert all(len(row["seeds"]) == 2 for row in result.rows.values())
    labels = ran.labels(slug)
    for answers in ran.answers(slug):
        if LEARNERS[slug][1] == NUMBER:
            assert answers == [pytest.approx(label, abs=10) for label in labels]
        else:
            right = sum(one == label for one, label in zip(answers, labels, strict=True))
            assert right >= 0.9 * len(labels), answers


@pytest.mark.parametrize("slug", LEARNERS)
def test_curves_fall_from_the_first_step_to_the_last(ran: Ran, slug: str) -> None:
    report = ran.staged.result(slug).report
    rows = 32 if LEARNERS[slug][1] == IMAGE else 48
    steps = LEARNERS[slug][2]["epochs"] * rows // 8
    assert len(report["curves"]) == 2
    for curve in report["curves"]:
        assert curve["steps"][-1] == steps
        assert len(curve["steps"]) == len(curve["losses"]) <= 200
        assert curve["losses"][-1] < 0.5 * curve["losses"][0]
    assert report["dtype"] == "float32"
    assert report["rows"] == len(ran.tests[slug])


@pytest.mark.parametrize("slug", LEARNERS)
def test_what_one_answer_takes_is_measured_without_another_training(ran: Ran, slug: str) -> None:
    report = ran.staged.result(slug).report
    assert report["parameters_by_dtype"]
    assert report["flops_per_row"] > 0
    if len(ran.tests[slug]) >= FEWEST_ROWS:
        assert 0 < report["latency_p50_ms"] <= report["latency_p95_ms"]
    assert len(report["curves"]) == LEARNERS[slug][2]["seeds"]


@pytest.fixture(scope="module")
def short(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Too short a training to learn everything: what differs, shows."""
    return run(tmp_path_factory.mktemp("short") / "run", models, SHORT)


FEW = {"learning_rate": 1e-3, "batch_size": 16, "epochs": 1}
SHORT = {
    "bert": ("heads/fill-bert", TEXT, FEW),
    "esm": ("heads/contacts-esm", SEQUENCE, FEW),
    "vit": ("vision/vit-encoder", IMAGE, FEW),
    "bert-numbers": ("models/encoder", NUMBER, FEW),
}


def test_seeds_have_other_heads_and_orders(short: Ran) -> None:
    curves = short.staged.result("bert").report["curves"]
    assert len({tuple(curve["losses"]) for curve in curves}) == 3
    assert len({curve["losses"][0] for curve in curves}) == 3  # before anything was learned
    assert any(
        row["seeds"][0]["probs"] != row["seeds"][1]["probs"]
        for row in short.staged.result("bert").rows.values()
    )


def test_a_second_run_gives_the_same_bytes(short: Ran, models: Path, tmp_path: Path) -> None:
    again = run(tmp_path / "run", models, SHORT)
    for slug in SHORT:
        assert again.staged.result(slug).raw == good(short.staged.result(slug)).raw
        assert (
            again.staged.result(slug).report["curves"]
            == (short.staged.result(slug).report["curves"])
        )


def test_order_and_ids_of_the_train_rows_do_not_matter(
    short: Ran, models: Path, tmp_path: Path
) -> None:
    """Both differ from run to run; so do the names of files."""
    staged = Staged(tmp_path / "run", settings={"batch_tokens": 1024})
    for slug in SHORT:
        add(staged, models, slug, *SHORT[slug])
        path = staged.in_dir / "tasks" / slug / "train.jsonl"
        lines = path.read_text().splitlines()
        moved = [line.replace('"id": "t', '"id": "other-') for line in reversed(lines)]
        text = "\n".join(moved)
        files = path.parent / "files"
        if files.is_dir():
            for file in sorted(files.iterdir()):
                if file.name.startswith("5-"):
                    new = f"z{31 - int(file.stem[2:]):03}.png"
                    text = text.replace(f'"{file.name}"', f'"{new}"')
                    file.rename(files / new)
        path.write_text(text)
    run_staged(staged)
    for slug in SHORT:
        assert staged.result(slug).raw == good(short.staged.result(slug)).raw


def test_rows_without_labels_teach_nothing(short: Ran, models: Path, tmp_path: Path) -> None:
    """What is learned is the same whatever is to be answered."""
    staged = Staged(tmp_path / "run", settings={"batch_tokens": 1024})
    add(staged, models, "bert", *SHORT["bert"])
    path = staged.in_dir / "tasks" / "bert" / "inputs.jsonl"
    kept, *others = path.read_text().splitlines(keepends=True)
    changed = [line.replace("w1", "w3") for line in others]
    assert changed != others
    path.write_text("".join([kept, *changed]))
    run_staged(staged)
    before, after = short.staged.result("bert"), staged.result("bert")
    assert after.report["curves"] == before.report["curves"]
    for own, expected in zip(after.rows["r0"]["seeds"], before.rows["r0"]["seeds"], strict=True):
        assert own["probs"] == pytest.approx(expected["probs"], rel=1e-4)


def test_numbers_come_back_in_the_scale_of_the_labels(short: Ran) -> None:
    """The network learns them with mean 0 and deviation 1."""
    values = [value for one in short.answers("bert-numbers") for value in one]
    assert 80 < min(values) <= max(values) < 140
    losses = short.staged.result("bert-numbers").report["curves"][0]["losses"]
    assert losses[0] < 3


def test_a_rehearsal_takes_two_steps_and_answers_for_every_seed(
    models: Path, tmp_path: Path
) -> None:
    done = run(tmp_path / "run", models, SHORT, rehearsal=True)
    for slug in SHORT:
        result = good(done.staged.result(slug))
        assert [curve["steps"][-1] for curve in result.report["curves"]] in ([1], [2])
        for row in result.rows.values():
            assert len(row["seeds"]) == 3
            assert row["seeds"][0] == row["seeds"][1] == row["seeds"][2]


def test_what_can_not_be_trained_says_why(models: Path, tmp_path: Path) -> None:
    wrong = {
        "lacks-body": ("models/missing-body", TEXT, FEW),
        "images": ("vision/vit", TEXT, FEW),
        "text": ("models/encoder", IMAGE, FEW),
        "not-finite": ("models/encoder", TEXT, {**FEW, "learning_rate": 0.1}),
        "late": ("models/encoder", TEXT, {**FEW, "epochs": 200, "budget_seconds": 1e-3}),
    }
    staged = Staged(tmp_path / "run", settings={"batch_tokens": 1024})
    for slug, (body, kind, chosen) in wrong.items():
        add(staged, models, slug, body, kind, chosen)
    make_not_finite(staged.own("not-finite"))
    run_staged(staged)
    failed = {slug: staged.result(slug).report for slug in wrong}
    codes = {slug: report["error_code"] for slug, report in failed.items()}
    assert codes == {
        "lacks-body": "bad_model",
        "images": "unsupported_architecture",
        "text": "unsupported_architecture",
        "not-finite": "non_finite_output",
        "late": "timeout",
    }
    assert "step 1 of 600 in the 0.001 seconds" in failed["late"]["message"]
    assert "loss was NaN or infinite in step 1" in failed["not-finite"]["message"]
    assert all(staged.result(slug).raw == b"" for slug in wrong)


def make_not_finite(folder: Path) -> None:
    """A weight that is no number, in the body."""
    program = (
        "import sys; from safetensors.torch import load_file, save_file; p = sys.argv[1]; "
        "w = load_file(p); w['encoder.layer.0.output.dense.bias'][0] = float('nan'); "
        "save_file(w, p, metadata={'format': 'pt'})"
    )
    done = run_python("-c", program, folder / "model.safetensors")
    assert done.returncode == 0, done.stderr


def test_other_formats_are_told_so(models: Path, tmp_path: Path) -> None:
    staged = Staged(tmp_path / "run", format="onnx")
    add(staged, models, "bert", "models/encoder", TEXT, FEW)
    run_staged(staged)
    report = staged.result("bert").report
    assert report["error_code"] == "unsupported_architecture"
    assert "format transformers only" in report["message"]
