"""The real runner asks tiny generative models by a template, and takes what they find likelier."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ..real_runs import run_python, run_staged
from ..staging import Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
TEXTS = [
    "warm, funny",
    "too slow",
    " ".join(["trains to the north leave every hour from the old station."] * 9),
]
TRAIN = [("slow, cold", "negative"), ("the music", "positive"), ("far too long", "negative")]
CHOICES = {"negative": "bad and cold", "positive": "good"}
MODELS = {
    "gpt2": "gpt2-causal",
    "xlnet": "xlnet-causal",
    "t5": "t5-seq2seq",
    "bart": "bart-seq2seq",
}
OTHERS = ("bert-fill", "bert-classes")
NORMALISATIONS = ("sum", "per_token", "per_byte")


def _shown(text: str) -> str:
    return f"{text}: "


def _settings(**changes: Any) -> dict[str, Any]:
    template = _shown("{text}") + "{answer}"
    return {"template": template, "choices": CHOICES, "separator": "\n", **changes}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    made = run_python(HERE / "tiny_architectures.py", out, *MODELS.values(), *OTHERS)
    assert made.returncode == 0, made.stderr
    return out


def _stage(root: Path) -> Staged:
    staged = Staged(root)
    (staged.model / "tasks").mkdir()
    return staged


def _add(staged: Staged, folder: Path, slug: str, texts: Sequence[str], **config: Any) -> None:
    (staged.model / "tasks" / slug).symlink_to(folder)
    staged.task(slug, texts, track="prompt", **config)
    lessons = [
        json.dumps({"id": f"t{number}", "input": {"text": text}, "label": label}) + "\n"
        for number, (text, label) in enumerate(TRAIN)
    ]
    (staged.in_dir / "tasks" / slug / "train.jsonl").write_text("".join(lessons))


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = _stage(tmp_path_factory.mktemp("prompt") / "run")
    for model, name in MODELS.items():
        folder = models / name
        for normalisation in NORMALISATIONS:
            settings = _settings(normalisation=normalisation)
            _add(staged, folder, f"{normalisation}-{model}", TEXTS, settings=settings)
        few = _settings(shots=2, normalisation="per_token")
        _add(staged, folder, f"few-{model}", TEXTS[:2], settings=few)
        for what, most in (("short", 4), ("long", 200)):
            kind, settings = "text_generation", _settings(max_new_tokens=most, stop=[])
            _add(staged, folder, f"{what}-{model}", TEXTS[:2], kind=kind, settings=settings)
    for name in OTHERS:
        _add(staged, models / name, name, TEXTS, settings=_settings())
    run_staged(staged)
    return staged


ORDERS = list(permutations(TRAIN, 2))
"""Of two examples."""


@pytest.fixture(scope="module")
def plain(models: Path) -> dict[str, list[list[tuple[float, int]]]]:
    """Of both choices, the log-likelihood by transformers' own loss and the tokens, after each
    prompt of two texts: first without examples, then with two in each of the ``ORDERS``."""
    before = [
        "".join(f"{_shown(text)}{CHOICES[label]}\n" for text, label in order) for order in ORDERS
    ]
    prompts = [start + _shown(text) for start in ("", *before) for text in TEXTS[:2]]
    asked = [[prompt, list(CHOICES.values())] for prompt in prompts]
    jobs = {
        model: {"folder": str(models / folder), "what": "choices", "inputs": asked}
        for model, folder in MODELS.items()
    }
    done = run_python(HERE / "plain_architectures.py", stdin=json.dumps(jobs))
    assert done.returncode == 0, done.stderr
    found: dict[str, list[list[tuple[float, int]]]] = json.loads(done.stdout)
    return found


def _rows(run: Staged, slug: str) -> list[dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report
    return [result.rows[f"r{number}"] for number in range(len(result.rows))]


def _shares(told: Sequence[tuple[float, int]], normalisation: str = "sum") -> list[float]:
    sizes = {
        "sum": [1, 1],
        "per_token": [tokens for _, tokens in told],
        "per_byte": [len(choice) for choice in CHOICES.values()],
    }[normalisation]
    powers = [math.exp(log / size) for (log, _), size in zip(told, sizes, strict=True)]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("model", MODELS)
def test_the_likelier_choice_wins_with_its_share(
    run: Staged, plain: dict[str, Any], model: str, normalisation: str
) -> None:
    for number, row in enumerate(_rows(run, f"{normalisation}-{model}")[:2]):
        expected = _shares(plain[model][number], normalisation)
        assert row["probs"] == pytest.approx(expected, rel=1e-3, abs=1e-6)
        assert row["label"] == list(CHOICES)[expected.index(max(expected))]


@pytest.mark.parametrize("model", MODELS)
def test_examples_of_both_classes_stand_before_every_row(
    run: Staged, plain: dict[str, Any], model: str
) -> None:
    """In one order for all rows, which the task's seed draws."""
    probs = [row["probs"] for row in _rows(run, f"few-{model}")]
    drawn = []
    for number, order in enumerate(ORDERS, start=1):
        told = plain[model][2 * number : 2 * number + 2]
        expected = [_shares(each, "per_token") for each in told]
        if all(p == pytest.approx(e, rel=1e-4) for p, e in zip(probs, expected, strict=True)):
            drawn.append([label for _, label in order])
    assert drawn  # more than one order where a model hardly sees them
    assert all(set(labels) == set(CHOICES) for labels in drawn)


@pytest.mark.parametrize("model", MODELS)
def test_a_long_input_is_cut_and_the_template_is_not(run: Staged, model: str) -> None:
    assert len(_rows(run, f"sum-{model}")) == 3
    assert run.result(f"sum-{model}").report["truncated_rows"] == 1


@pytest.mark.parametrize("model", MODELS)
def test_a_budget_beyond_a_models_places_is_no_failure(run: Staged, model: str) -> None:
    """The same tokens come, as many as there is room for."""
    long, short = (_rows(run, f"{what}-{model}") for what in ("long", "short"))
    for one, other in zip(long, short, strict=True):
        assert one["text"].startswith(other["text"].rstrip("�"))


@pytest.mark.parametrize("model", ["gpt2", "t5"])
def test_a_written_answer_ends_before_the_first_stop_text(
    run: Staged, models: Path, tmp_path: Path, model: str
) -> None:
    whole = _rows(run, f"short-{model}")[0]["text"]
    later, first = whole[-1], whole[len(whole) // 2]
    staged = _stage(tmp_path / "run")
    settings = _settings(max_new_tokens=4, stop=["never", later, first])
    folder = models / MODELS[model]
    _add(staged, folder, "cut", TEXTS[:1], kind="text_generation", settings=settings)
    run_staged(staged)
    kept = whole[: min(whole.index(later), whole.index(first))].strip()
    assert _rows(staged, "cut")[0]["text"] == kept != whole


@pytest.mark.parametrize(
    ("slug", "code", "said"),
    [
        ("bert-fill", "not_causal", "looks ahead"),
        ("bert-classes", "missing_head", "cls.predictions"),
    ],
)
def test_a_model_that_can_not_be_asked_says_why(
    run: Staged, slug: str, code: str, said: str
) -> None:
    report = run.result(slug).report
    assert report["error_code"] == code, report["message"]
    assert said in report["message"]
