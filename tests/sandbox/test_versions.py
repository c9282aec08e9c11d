"""Engine parts with a known way out of a container are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.versions import HOLES, problem


@pytest.mark.parametrize(
    ("component", "version"),
    [
        ("runc", "1.1.11"),
        ("runc", "1.1.12-rc1"),
        ("runc", "1.0.0-rc93"),
        ("runc", "1.1.5+ds1-1"),
        ("runc", "v1.1.4"),
        ("containerd", "1.4.2"),
        ("Engine", "19.03.15"),
        ("runc", "unknown"),
        ("runc", ""),
    ],
)
def test_a_version_with_a_hole_is_refused_by_name(component: str, version: str) -> None:
    assert component in problem(component, version)


@pytest.mark.parametrize(
    ("component", "version"),
    [
        ("runc", "1.1.12"),
        ("runc", "v1.2.0"),
        ("runc", "2.0"),
        ("containerd", "1.6.20~ds1"),
        ("Engine", "20.10.24+dfsg1"),
        ("docker-init", "0.1"),
    ],
)
def test_a_mended_version_passes(component: str, version: str) -> None:
    assert problem(component, version) == ""


@pytest.mark.parametrize(
    ("revision", "passes"),
    [
        ("1.1.5+ds1-1+deb12u1", True),
        ("1.1.5+ds1-1+deb12u10", True),
        ("1.1.5+ds1-1+deb12u0", False),
        ("1.1.5+ds1-1+deb12u", False),
        ("1.1.5+ds1-1", False),
        ("5d6db84", False),
        ("", False),
    ],
)
def test_a_distribution_s_own_repair_counts(revision: str, passes: bool) -> None:
    assert (problem("runc", "1.1.5+ds1", revision) == "") is passes


@given(st.sampled_from(HOLES), st.tuples(*[st.integers(0, 60)] * 3))
def test_what_counts_is_the_order_of_versions(hole: object, found: tuple[int, int, int]) -> None:
    said = problem(hole.component, ".".join(map(str, found)))  # type: ignore[attr-defined]
    assert bool(said) == (found < hole.mended_in)  # type: ignore[attr-defined]
