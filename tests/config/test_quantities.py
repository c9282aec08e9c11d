"""Numbers as pages show them."""

import pytest

from config.templatetags import quantities


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (127_800, "127.8 kB"),
        (999_950, "1 MB"),
        (2 * 1024**3, "2.1 GB"),
        (None, "–"),
    ],
)
def test_sizes_are_in_powers_of_1000(value: int | None, shown: str) -> None:
    assert quantities.size(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(42, "42"), (950_000, "950 k"), (22_713_216, "22.7 M"), (1_300_000_000, "1.3 B"), (None, "–")],
)
def test_parameters_have_three_digits(value: int | None, shown: str) -> None:
    assert quantities.million(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(8.4, "8 s"), (60, "1 min"), (200, "3 min 20 s"), (3600, "1 h"), (7500, "2 h 5 min")],
)
def test_durations_have_two_units_at_most(value: float, shown: str) -> None:
    assert quantities.seconds(value) == shown


def test_points_have_two_decimals_and_nothing_is_a_dash() -> None:
    assert quantities.points(71.999) == "72.00"
    assert quantities.points(0.0) == "0.00"
    assert quantities.points(None) == "–"
    assert quantities.raw(0.61234) == "0.6123"
    assert quantities.raw(-1234.5678) == "-1234.6"
    assert quantities.raw(123456.7) == "123460"


def test_thousands_are_set_apart() -> None:
    assert quantities.count(1234567) == "1\u202f234\u202f567"


@pytest.mark.parametrize(("value", "width"), [(None, "0.00"), (-3, "0.00"), (41.5, "41.50")])
def test_a_gauge_stays_on_its_scale(value: float | None, width: str) -> None:
    assert f'class="part" width="{width}"' in quantities.gauge(value)


def test_the_rest_to_100_per_cent_has_no_idle_decimal() -> None:
    assert quantities.remaining(30.0) == "70"
    assert quantities.remaining(33.3) == "66.7"


def test_figures_have_no_digits_that_nobody_measured() -> None:
    assert [quantities.figure(value) for value in (0.35, 12.0, 4700.0, 0.0, None)] == [
        "0.35",
        "12",
        "4700",
        "0",
        "–",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "0.5 "), (850.0, "850 "), (12_000, "12 k"), (3.4e9, "3.4 G")],
)
def test_large_figures_have_a_prefix_for_their_unit(value: float, shown: str) -> None:
    assert quantities.si(value) == shown


def test_shares_are_whole_per_cent() -> None:
    assert [quantities.percent(value) for value in (0.0, 0.024, 1.0, None)] == [
        "0 %",
        "2 %",
        "100 %",
        "–",
    ]
