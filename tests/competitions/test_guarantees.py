"""What a competition requires of a sandbox: named, recommended, never less than the base."""

import pytest

from competitions.guarantees import (
    BASE,
    FOR_CODE,
    GUARANTEES,
    in_words,
    required_guarantees,
)
from competitions.models import Competition
from sandbox.guarantees import Guarantee


def test_the_names_are_the_sandbox_s_own() -> None:
    assert list(GUARANTEES) == [str(guarantee) for guarantee in Guarantee]


@pytest.mark.parametrize(
    ("formats", "named", "expected"),
    [
        (["transformers", "onnx"], [], BASE),
        (["transformers", "python"], [], FOR_CODE),
        (["torch"], [], FOR_CODE),
        (["python"], ["memory_bound"], BASE | {"memory_bound"}),
        (["onnx"], ["kernel_isolation"], BASE | {"kernel_isolation"}),
    ],
)
def test_what_is_required_follows_from_the_names_and_the_formats(
    formats: list[str], named: list[str], expected: frozenset[str]
) -> None:
    competition = Competition(allowed_formats=formats, required_guarantees=named)
    assert required_guarantees(competition) == expected


def test_code_needs_everything_but_a_kernel_and_a_gpu_of_its_own() -> None:
    assert set(GUARANTEES) - FOR_CODE == {"kernel_isolation", "gpu_exclusive"}


def test_titles_come_in_the_order_of_the_list() -> None:
    assert in_words({"wall_clock", "no_network"}) == "No network, Wall clock"
