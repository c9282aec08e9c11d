"""The formula on the page says what the score is, with the entry's numbers in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.aggregate import RULE_VERSIONS
from scoring.formula import Formula, NamedPoints, formula

LANGUAGE = NamedPoints(title="Mood", points=80.0, weight=1.0, category="Language")
TOPICS = NamedPoints(title="Topics", points=60.0, weight=2.0, category="Language")
VISION = NamedPoints(title="Shapes", points=50.0, weight=1.0, category="Vision")
FAILED = NamedPoints(title="Numbers", points=None, weight=1.0, category="Vision")


def made(rule: str, *tasks: NamedPoints) -> Formula:
    return formula(tasks, rule=rule)


@pytest.mark.parametrize(
    ("rule", "tasks", "text"),
    [
        ("mean", [LANGUAGE], "80.00 = 80.00"),
        ("mean", [LANGUAGE, VISION], "(80.00 + 50.00) / 2 = 65.00"),
        ("mean", [LANGUAGE, TOPICS], "(1 × 80.00 + 2 × 60.00) / 3 = 66.67"),
        ("mean", [LANGUAGE, FAILED], "(80.00 + 0.00) / 2 = 40.00"),
        (
            "category_mean",
            [LANGUAGE, TOPICS, VISION],
            "((1 × 80.00 + 2 × 60.00) / 3 + 50.00) / 2 = 58.33",
        ),
        ("category_mean", [LANGUAGE, TOPICS], "(1 × 80.00 + 2 × 60.00) / 3 = 66.67"),
        ("geometric_mean", [LANGUAGE, VISION], "(80.00 × 50.00)^(1/2) = 63.25"),
        ("geometric_mean", [LANGUAGE, TOPICS], "(80.00 × 60.00^2)^(1/3) = 66.04"),
        ("geometric_mean", [LANGUAGE, FAILED], "(80.00 × 0.00)^(1/2) = 0.00"),
        (
            "interquartile_mean",
            [LANGUAGE, VISION, FAILED, LANGUAGE],
            "(50.00 + 80.00) / 2 = 65.00",
        ),
    ],
)
def test_the_text_is_the_sum_written_out(rule: str, tasks: list[NamedPoints], text: str) -> None:
    assert made(rule, *tasks).text == text


def test_shares_tell_how_much_each_task_counts() -> None:
    found = made("category_mean", LANGUAGE, TOPICS, VISION)
    assert [round(term.share, 2) for term in found.terms] == [16.67, 33.33, 50.0]
    middle = made("interquartile_mean", LANGUAGE, VISION, FAILED, LANGUAGE)
    assert [(term.title, round(term.share)) for term in middle.terms] == [
        ("Mood", 50),
        ("Shapes", 50),
        ("Numbers", 0),
        ("Mood", 0),
    ]
    assert middle.terms[2].failed


@pytest.mark.parametrize("rule", sorted(RULE_VERSIONS))
def test_each_rule_is_named_with_its_version(rule: str) -> None:
    found = made(rule, LANGUAGE, VISION)
    assert found.version == RULE_VERSIONS[rule]
    assert found.name
    assert found.general


POINTS = st.floats(1, 100).map(lambda number: round(number, 2))
TASKS = st.lists(
    st.builds(
        NamedPoints,
        title=st.just("t"),
        points=POINTS,
        weight=st.sampled_from([0.5, 1.0, 2.0, 1 / 3, 0.12345, 12.345]),
        category=st.sampled_from("ab"),
    ),
    min_size=1,
    max_size=6,
)


@given(TASKS, st.sampled_from(sorted(RULE_VERSIONS)))
def test_working_the_formula_out_gives_the_score(tasks: list[NamedPoints], rule: str) -> None:
    found = formula(tasks, rule=rule)
    left, right = found.text.split(" = ")
    arithmetic = left.replace("×", "*").replace("^", "**")
    assert re.fullmatch(r"[\d.e+*/() ]+", arithmetic)
    assert eval(arithmetic) == pytest.approx(found.result, abs=0.02)
    assert float(right) == pytest.approx(found.result, abs=0.00501)


def test_weights_are_written_with_their_digits() -> None:
    tasks = [
        NamedPoints(title="a", points=0.0, weight=0.1),
        NamedPoints(title="b", points=100.0, weight=1234.5),
    ]
    text = formula(tasks, rule="mean").text
    assert text == "(0.1 × 0.00 + 1234.5 × 100.00) / 1234.6 = 99.99"


def test_a_score_that_rounded_points_do_not_give_stands_behind_about() -> None:
    tasks = [
        NamedPoints(title=title, points=points, weight=1.0)
        for title, points in (("a", 0.01), ("b", 90.0))
    ]
    whole = formula(tasks, rule="geometric_mean", stored=1.104)
    assert whole.text == "(0.01 × 90.00)^(1/2) ≈ 1.10"
    assert whole.result == 1.104
    same = formula(tasks, rule="geometric_mean", stored=0.9487)
    assert same.text == "(0.01 × 90.00)^(1/2) = 0.95"
