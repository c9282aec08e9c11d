"""The page of reference values: each of its rows is computed anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from competitions.kinds.values import Boxes, BoxesAnswer, RankedItems
from scoring.metrics import METRICS
from tests.docs.reference_cases import OF_LANGUAGE, Case
from tests.scoring.shapes.regions import picture

PAGE = Path(__file__).parents[2] / "docs" / "reference-values.md"
HERE, THERE, NOWHERE = (0.0, 0.0, 10.0, 10.0), (50.0, 0.0, 10.0, 10.0), (90.0, 90.0, 5.0, 5.0)


def found(*boxes: tuple[float, float, float, float], name: str = "a") -> BoxesAnswer:
    """Answer with boxes of one class, each less sure than the one before."""
    scores = tuple(0.9 - 0.1 * place for place in range(len(boxes)))
    return BoxesAnswer(boxes, (name,) * len(boxes), scores)


def boxes(truth: Boxes, answer: BoxesAnswer) -> Case:
    return [truth], [answer], ("a", "b")


ONE, TWO = Boxes((HERE,), ("a",)), Boxes((HERE, THERE), ("a", "a"))
MOVED = Boxes(((214.0, 41.0, 348.0, 244.0),), ("a",))

CASES: dict[str, Case] = {
    "one box, moved by 44 of its 348 pixels": boxes(MOVED, found((258.0, 41.0, 348.0, 244.0))),
    "one of two objects found": boxes(TWO, found(HERE)),
    "a wrong box ahead of the right one": boxes(ONE, found(NOWHERE, HERE)),
    "a wrong box between two right ones": boxes(TWO, found(HERE, NOWHERE, THERE)),
    "the right box, found twice": boxes(ONE, found(HERE, HERE)),
    "the right box in another class": boxes(ONE, found(HERE, name="b")),
    "four pixels of three classes": (
        [picture(1, 4, ["0", "1", "2", "2"])],
        [picture(1, 4, ["0", "2", "1", "2"])],
        ("0", "1", "2"),
    ),
    "four places of two classes": ([("+", "+", "+", "-")], [("+", "-", "+", "+")], ("+", "-")),
    "two queries, one answered second": (
        [(("D0", 0), ("D1", 1)), (("D0", 0), ("D3", 2))],
        [RankedItems(("D0", "D1")), RankedItems(("D3", "D0"))],
        (),
    ),
    **OF_LANGUAGE,
}


def rows() -> list[tuple[str, str, str]]:
    """Return case, metric and value of every row of the page."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text().splitlines()
        if line.startswith("|")
    ]
    return [
        (case, metric.strip("`"), value)
        for case, metric, value, _ in cells
        if metric.startswith("`")
    ]


def test_every_case_is_on_the_page_and_no_other() -> None:
    assert {case for case, _, _ in rows()} == CASES.keys()


@pytest.mark.parametrize(("case", "metric", "value"), rows())
def test_value_agrees_in_every_digit_shown(case: str, metric: str, value: str) -> None:
    labels, answers, classes = CASES[case]
    decimals = len(value.partition(".")[2])
    computed = METRICS[metric].value(labels, answers, classes=classes)
    assert f"{computed:.{decimals}f}" == value
