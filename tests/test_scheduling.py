"""Tests that look at the whole machine run one after another."""

import pytest

from tests.scheduling import SANDBOXES, scope_of


@pytest.mark.parametrize(
    ("test", "scope"),
    [
        ("tests/attacks/test_catalogue.py::test_x[41-docker]", SANDBOXES),
        ("tests/e2e/test_main_road.py::test_x", SANDBOXES),
        ("tests/sandbox/test_bubblewrap.py::test_x", SANDBOXES),
        ("tests/submissions/test_dry_run.py::test_x", SANDBOXES),
        (
            "tests/sandbox/runner/test_finetune.py::test_x",
            "tests/sandbox/runner/test_finetune.py",
        ),
        ("tests/scoring/test_ranking.py::test_x", "tests/scoring/test_ranking.py::test_x"),
    ],
)
def test_what_shares_a_process(test: str, scope: str) -> None:
    assert scope_of(test) == scope
