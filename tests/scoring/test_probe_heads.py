"""The probe's linear models against scikit-learn and in degenerate cases."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from scoring.probe_heads import ClassHead, NumberHead

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(120, 6))
UNSEEN = RANDOM.normal(size=(40, 6))
CODES = (X @ RANDOM.normal(size=(6, 3))).argmax(axis=1).astype(np.float64)
NUMBERS = X @ RANDOM.normal(size=6)


def test_classes_agree_with_a_plain_logistic_regression() -> None:
    answers = ClassHead(classes=("a", "b", "c")).predict(0.1, X, CODES, unseen=UNSEEN)
    plain = LogisticRegression(C=0.1, tol=1e-8).fit(X, CODES).predict(UNSEEN)
    assert answers == [("a", "b", "c")[int(code)] for code in plain]


def test_two_classes_work_as_three_do() -> None:
    two = np.minimum(CODES, 1)
    answers = ClassHead(classes=("a", "b")).predict(1.0, X, two, unseen=X)
    assert np.mean(np.array(answers) == np.array(["a", "b"])[two.astype(int)]) > 0.9


def test_class_without_train_rows_is_never_answered_but_costs_no_crash() -> None:
    head = ClassHead(classes=("a", "b", "c", "d"))
    shifted = np.minimum(CODES, 1) * 2 + 1  # classes b and d only
    assert set(head.predict(1.0, X, shifted, unseen=UNSEEN)) <= {"b", "d"}
    assert head.loss(1.0, X, shifted, unseen=UNSEEN, truth=np.full(40, 2.0)) > 30


def test_equal_decisions_go_to_the_first_class() -> None:
    flat = np.zeros_like(X)
    balanced = np.arange(120) % 3
    answers = ClassHead(classes=("a", "b", "c")).predict(1.0, flat, balanced, unseen=flat)
    assert set(answers) == {"a"}


def test_numbers_solve_the_ridge_equations() -> None:
    answers = NumberHead().predict(10.0, X, NUMBERS, unseen=UNSEEN)
    mean, target = X.mean(axis=0), NUMBERS.mean()
    centred = X - mean
    weights = np.linalg.solve(
        centred.T @ centred + 10.0 * np.eye(6), centred.T @ (NUMBERS - target)
    )
    assert answers == pytest.approx((UNSEEN - mean) @ weights + target, rel=1e-8)


def test_numbers_keep_nine_significant_digits() -> None:
    for number in NumberHead().predict(1.0, X, NUMBERS * 1e5, unseen=UNSEEN):
        assert number == float(f"{number:.9g}")


@pytest.mark.parametrize("head", [ClassHead(classes=("a", "b", "c")), NumberHead()])
def test_settings_run_from_the_strongest_penalty(head) -> None:
    targets = CODES if isinstance(head, ClassHead) else NUMBERS
    first, *_, last = (
        head.loss(setting, X, targets, unseen=X, truth=targets) for setting in head.settings
    )
    assert last < first
