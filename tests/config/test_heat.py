"""Shades of scores."""

from config.templatetags.heat import heat, heat_grid


def test_strong_scores_have_strong_shades_and_none_means_none() -> None:
    assert [heat(score) for score in (1, 0.5, 0.2, 0.05, 0, -0.3, -1)] == [
        "p4",
        "p2",
        "p1",
        "",
        "",
        "n1",
        "n4",
    ]


def test_a_grid_has_a_cell_for_each_score() -> None:
    drawn = heat_grid([[0.0, 1.0, -1.0], [0.2, 0.2, 0.2]])
    assert drawn.count("<rect") == 6
    assert 'viewBox="0 0 30 20"' in drawn


def test_what_speaks_against_differs_without_colour() -> None:
    assert heat_grid([[0.0, 1.0, -1.0], [-0.3, 0.2, -0.01]]).count('class="against"') == 2


def test_a_reader_hears_what_the_grid_is() -> None:
    assert 'role="img"' in heat_grid([[1.0]])
    assert 'aria-label="Parts of the image that speak for the answer and against it"' in heat_grid(
        [[1.0]]
    )
