"""The probe fits the same model for all, without chance and without gaps."""

import os
import subprocess
import sys
import time
from array import array
from pathlib import Path

import numpy as np
import pytest

from scoring.probe import Plan, probe_classes, probe_numbers
from scoring.probe_faults import ProbeRefused

CLASSES = ("bad", "good", "so-so")
STANDARD = Plan(task="movies", preset="standard")


def rows(count: int, dimensions: int, seed: int = 1):
    """Return embeddings by id, and per id a number that a linear model can learn."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, dimensions))
    numbers = vectors[:, 0] * 2 + vectors[:, 1] + random.normal(scale=0.3, size=count)
    ids = [f"r{number}" for number in range(count)]
    embeddings = {row_id: array("d", vector) for row_id, vector in zip(ids, vectors, strict=True)}
    return ids, embeddings, numbers.tolist()


def class_of(number: float) -> str:
    return CLASSES[0] if number < -1 else CLASSES[1] if number > 1 else CLASSES[2]


IDS, EMBEDDINGS, NUMBERS = rows(300, 8)
TRAIN_CLASSES = [(i, class_of(n)) for i, n in zip(IDS[:200], NUMBERS[:200], strict=True)]
TRAIN_NUMBERS = list(zip(IDS[:200], NUMBERS[:200], strict=True))


def probe(embeddings=EMBEDDINGS, train=TRAIN_CLASSES, test_ids=IDS[200:], plan=STANDARD):
    return probe_classes(
        embeddings=embeddings, train=train, test_ids=test_ids, classes=CLASSES, plan=plan
    )


def number_probe(embeddings=EMBEDDINGS, plan=STANDARD):
    return probe_numbers(embeddings=embeddings, train=TRAIN_NUMBERS, test_ids=IDS[200:], plan=plan)


def predictions(probed):
    """The answers of the first seed."""
    return probed.rounds[0]


def test_classes_are_learned() -> None:
    probed = probe()
    truth = {i: class_of(n) for i, n in zip(IDS[200:], NUMBERS[200:], strict=True)}
    right = sum(predictions(probed)[row_id] == label for row_id, label in truth.items())
    assert right >= 85
    assert probed.details["loss"] < 0.5
    assert 0 < probed.details["loss_sd"] < 0.05
    assert len(probed.rounds) == len(probed.details["settings"]) == 5


def test_numbers_are_learned() -> None:
    probed = number_probe()
    answers = [predictions(probed)[row_id] for row_id in IDS[200:]]
    assert np.corrcoef(answers, NUMBERS[200:])[0, 1] > 0.95
    assert probed.details["loss"] == pytest.approx(0.09, rel=0.4)


def test_second_fit_gives_the_same_to_the_last_digit() -> None:
    assert probe() == probe()
    assert number_probe() == number_probe()


def test_order_in_which_embeddings_arrive_does_not_matter() -> None:
    assert probe(dict(reversed(EMBEDDINGS.items()))) == probe()


def test_scale_and_shift_of_a_dimension_do_not_matter() -> None:
    moved = {
        row_id: array("d", (np.array(vector) * 1e6 + 1e3).tolist())
        for row_id, vector in EMBEDDINGS.items()
    }
    assert predictions(probe(moved)) == predictions(probe())


def test_missing_test_row_has_no_prediction_and_changes_no_other() -> None:
    without = {row_id: vector for row_id, vector in EMBEDDINGS.items() if row_id != "r250"}
    expected = {i: label for i, label in predictions(probe()).items() if i != "r250"}
    assert predictions(probe(without)) == expected


def test_no_test_row_at_all_is_no_error() -> None:
    train_only = {row_id: EMBEDDINGS[row_id] for row_id in IDS[:200]}
    assert predictions(probe(train_only)) == {}


def test_missing_train_rows_are_refused_with_their_number() -> None:
    without = {row_id: EMBEDDINGS[row_id] for row_id in IDS[3:]}
    with pytest.raises(ProbeRefused, match="3 of 200 train rows") as refused:
        probe(without)
    assert refused.value.code == "missing_train_rows"


@pytest.mark.parametrize("value", [0.0, 1e12, -1e-300])
def test_constant_embeddings_give_constant_answers(value: float) -> None:
    flat = {row_id: array("d", [value] * 4) for row_id in IDS}
    assert len(set(predictions(probe(flat)).values())) == 1
    numbers = number_probe(flat)
    assert len(set(predictions(numbers).values())) == 1


def test_extreme_and_repeated_dimensions_do_not_break_the_fit() -> None:
    odd = {
        row_id: array("d", [vector[0] * 1e12, vector[0], vector[0] * 1e-200, vector[1], 0.0])
        for row_id, vector in EMBEDDINGS.items()
    }
    assert probe(odd).details["loss"] < 0.5


@pytest.mark.parametrize(
    ("where", "small", "large"),
    [
        ("test", 1e-160, 1e12),  # a huge answer, whose square is infinite
        ("train", 1e-161, 1e12),  # one row: an infinite loss over its fold
    ],
)
def test_embeddings_that_overflow_the_fit_are_refused(
    where: str, small: float, large: float
) -> None:
    random = np.random.default_rng(3)
    vectors = {row_id: random.normal(size=4) * small for row_id in IDS}
    for row_id in IDS[200:] if where == "test" else IDS[:1]:
        vectors[row_id] = np.full(4, large)
    embeddings = {row_id: array("d", vector) for row_id, vector in vectors.items()}
    with pytest.raises(ProbeRefused, match="leave every range") as refused:
        number_probe(embeddings)
    assert refused.value.code == "probe_overflow"


def test_more_dimensions_than_rows_work() -> None:
    ids, embeddings, numbers = rows(60, 100, seed=5)
    train = [(i, class_of(n)) for i, n in zip(ids[:40], numbers[:40], strict=True)]
    assert len(predictions(probe(embeddings, train, ids[40:]))) == 20


def test_too_few_train_rows_are_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        probe(train=TRAIN_CLASSES[:4])


PROBE_IN_ANOTHER_PROCESS = """
from tests.scoring.test_probe import number_probe, probe
print(probe(), number_probe())
"""


@pytest.mark.slow
def test_another_machines_linear_algebra_gives_the_same_to_the_last_digit() -> None:
    """OpenBLAS is told to use the kernels of the oldest 64-bit processors."""
    kernels: tuple[dict[str, str], ...] = ({}, {"OPENBLAS_CORETYPE": "Prescott"})
    ours, oldest = (
        subprocess.run(
            [sys.executable, "-c", PROBE_IN_ANOTHER_PROCESS],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **choice},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for choice in kernels
    )
    assert ours == oldest
    assert b"Probed(rounds=[{'r200'" in ours


@pytest.mark.slow
def test_two_thousand_rows_of_384_dimensions_are_probed_in_time() -> None:
    ids, embeddings, numbers = rows(3000, 384, seed=9)
    train = [(i, class_of(n)[:1]) for i, n in zip(ids[:2000], numbers[:2000], strict=True)]
    start = time.process_time()
    probe_classes(
        embeddings=embeddings,
        train=train,
        test_ids=ids[2000:],
        classes=("b", "g", "s"),
        plan=STANDARD,
    )
    assert time.process_time() - start < 30
