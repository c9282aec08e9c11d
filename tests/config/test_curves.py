"""Losses drawn as SVG, and as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from config.templatetags.curves import HEIGHT, WIDTH, loss_chart, loss_rows, swatch

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Line:
    seed: int
    steps: tuple[int, ...]
    losses: tuple[float, ...]


def line(losses: list[float], seed: int = 1, stride: int = 1) -> Line:
    steps = tuple(stride * (place + 1) for place in range(len(losses)))
    return Line(seed, steps, tuple(losses))


def drawn(*lines: Line) -> ElementTree.Element:
    return ElementTree.fromstring(loss_chart(lines))


def points(line: ElementTree.Element) -> list[tuple[float, float]]:
    return [
        (float(x), float(y)) for x, y in (pair.split(",") for pair in line.attrib["points"].split())
    ]


LOSSES = st.lists(st.floats(0, 1e8), min_size=1, max_size=200)


@given(st.lists(LOSSES, min_size=1, max_size=10), st.integers(1, 1000))
def test_every_line_lies_within_the_picture(many: list[list[float]], stride: int) -> None:
    lines = [line(losses, seed, stride) for seed, losses in enumerate(many, 1)]
    found = drawn(*lines).findall("polyline")
    assert len(found) == len(many)
    for one, losses in zip(found, many, strict=True):
        places = points(one)
        assert len(places) == len(losses)
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
        assert [x for x, _ in places] == sorted(x for x, _ in places)


def test_a_lower_loss_is_drawn_lower() -> None:
    (one,) = drawn(line([0.8, 0.4, 0.0])).findall("polyline")
    heights = [y for _, y in points(one)]
    assert heights == sorted(heights)
    assert heights[1] - heights[0] == heights[2] - heights[1]


def test_a_reader_hears_what_is_drawn() -> None:
    picture = drawn(line([0.7, 0.25]), line([0.7, 0.5], seed=2))
    assert picture.attrib["role"] == "img"
    assert picture.findtext("title") == "Loss on the train split"
    assert "At the end: seed 1 0.25, seed 2 0.5." in str(picture.findtext("desc"))


def test_axes_begin_at_zero_and_end_at_round_numbers() -> None:
    texts = [each.text for each in drawn(line([0.73, 0.1], stride=50)).findall("text")]
    assert texts == ["0", "0.2", "0.4", "0.6", "0.8", "0", "50", "100", "loss", "step"]


def test_the_highest_loss_uses_most_of_the_picture() -> None:
    picture = drawn(line([1.45, 0.1], stride=315))
    texts = [each.text for each in picture.findall("text")]
    assert texts == ["0", "0.5", "1", "1.5", "0", "200", "400", "600", "loss", "step"]


@given(st.integers(1, 10**8))
def test_steps_are_marked_at_few_round_numbers(most: int) -> None:
    texts = [str(each.text) for each in drawn(Line(1, (most,), (1.0,))).findall("text")]
    marks = [int(each) for each in texts[texts.index("1") + 1 : -2]]
    assert marks[0] == 0
    assert 2 <= len(marks) <= 5
    assert marks[-1] <= most


def test_a_legend_s_piece_looks_like_its_line() -> None:
    picture = ElementTree.fromstring(swatch(4))
    (piece,) = picture.findall("path")
    (drawn_line,) = drawn(line([0.5], seed=4)).findall("polyline")
    assert piece.attrib["class"] == drawn_line.attrib["class"] == "curve s4"
    assert picture.attrib["aria-hidden"] == "true"


def test_nothing_of_it_is_refused_by_the_sites_policy() -> None:
    assert "style=" not in loss_chart([line([0.5])])
    assert "<script" not in loss_chart([line([0.5])])


@given(LOSSES)
def test_a_table_has_few_rows_and_the_last_step(losses: list[float]) -> None:
    rows = loss_rows([line(losses), line(losses, seed=2)])
    assert 1 <= len(rows) <= 8
    assert rows[-1] == (len(losses), [losses[-1], losses[-1]])
    assert all(losses[step - 1] == one == other for step, (one, other) in rows)
