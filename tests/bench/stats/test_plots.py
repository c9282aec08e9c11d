from xml.etree import ElementTree

import pytest

from bench.stats.plots import PLOTS, Plot, drawn
from tests.bench.stats.lab import result

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.file)
def test_each_measure_has_a_dot_inside_the_frame(plot: Plot) -> None:
    image = ElementTree.fromstring(drawn(plot, result()))
    dots = image.findall(f"{SVG}circle")
    assert len(dots) == sum(len(scenario.measures) for scenario in plot.scenarios)
    width, height = map(float, image.attrib["viewBox"].split()[2:])
    for dot in dots:
        assert 0 < float(dot.attrib["cx"]) < width
        assert 0 < float(dot.attrib["cy"]) < height


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.file)
def test_labels_fit_beside_the_frame(plot: Plot) -> None:
    labels = ElementTree.fromstring(drawn(plot, result())).findall(f"{SVG}text[@text-anchor='end']")
    for label in labels:
        assert 7.0 * len(label.text or "") < float(label.attrib["x"])


def test_a_larger_share_stands_further_right() -> None:
    [plot] = [each for each in PLOTS if each.file == "statistics-small.svg"]
    places = [
        ElementTree.fromstring(drawn(plot, result({"accuracy-50-0.8": kept}))).findall(
            f"{SVG}circle"
        )[1]
        for kept in (900, 940, 960)
    ]
    across = [float(place.attrib["cx"]) for place in places]
    assert across == sorted(set(across))


def test_listeners_hear_title_and_figures() -> None:
    image = ElementTree.fromstring(drawn(PLOTS[0], result()))
    assert image.attrib["role"] == "img"
    assert "hold the true value" in (image.findtext(f"{SVG}title") or "")
    assert "95.0 %" in (image.findtext(f"{SVG}desc") or "")


def test_dark_pages_have_colours_of_their_own() -> None:
    assert "prefers-color-scheme: dark" in drawn(PLOTS[0], result())
