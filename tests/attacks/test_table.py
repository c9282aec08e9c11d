"""What `make attacks` prints, and what it counts as a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.attacks.registry import PLATFORM, SANDBOX, Case
from tests.attacks.table import (
    FAILED,
    HELD,
    NOT_DECLARED,
    VERDICT,
    Collector,
    nothing_failed,
    render,
    summary,
)
from tests.parts import ROOT


def made(number: int, title: str, where: Any = SANDBOX) -> Case:
    return Case(number, title, frozenset(), where, lambda arena: None)


BOMB, PAGE = made(25, "fork bomb"), made(63, "script in a name", PLATFORM)
BACKENDS = ["docker", "bubblewrap"]
VERDICTS = {
    (25, "docker"): HELD,
    (25, "bubblewrap"): NOT_DECLARED,
    (63, "docker"): HELD,
    (63, "bubblewrap"): FAILED,
}


def item(case: Case, backend: str | None) -> Any:
    params = {"case": case, "backend": backend}
    return SimpleNamespace(
        nodeid=f"{case.number}-{backend}", callspec=SimpleNamespace(params=params)
    )


def report(nodeid: str, when: str, *, passed: bool, **properties: str) -> Any:
    return SimpleNamespace(
        nodeid=nodeid, when=when, passed=passed, user_properties=list(properties.items())
    )


def collector(*, numbers: tuple[int, ...] = ()) -> tuple[Collector, list[Any]]:
    taken = Collector(backends=BACKENDS, numbers=numbers)
    items = [item(PAGE, None), item(BOMB, "docker"), item(BOMB, "bubblewrap"), item(BOMB, "other")]
    taken.pytest_collection_modifyitems(items)
    return taken, items


def test_the_table_has_a_row_for_each_case_and_a_column_for_each_backend() -> None:
    assert render([BOMB, PAGE], BACKENDS, VERDICTS).splitlines() == [
        "#   case              docker  bubblewrap",
        "25  fork bomb         held    not declared",
        "63  script in a name  held    failed",
    ]


def test_the_last_line_counts_each_verdict() -> None:
    assert json.loads(summary([BOMB, PAGE], BACKENDS, VERDICTS)) == {
        "backends": {
            "docker": {"held": 2, "not_declared": 0, "failed": 0},
            "bubblewrap": {"held": 0, "not_declared": 1, "failed": 1},
        },
        "cases": 2,
    }


def test_a_trial_without_a_verdict_counts_as_failed() -> None:
    assert json.loads(summary([BOMB], ["docker"], {}))["backends"]["docker"]["failed"] == 1
    assert not nothing_failed([BOMB], ["docker"], {})
    assert not nothing_failed([BOMB, PAGE], BACKENDS, VERDICTS)
    assert not nothing_failed([], BACKENDS, {})
    assert nothing_failed([BOMB], BACKENDS, {key: HELD for key in VERDICTS if key[0] == 25})


def test_trials_of_other_backends_and_cases_are_left_out() -> None:
    taken, items = collector()
    assert [each.nodeid for each in items] == ["63-None", "25-docker", "25-bubblewrap"]
    assert taken.cases == [BOMB, PAGE]
    taken, items = collector(numbers=(63,))
    assert [each.nodeid for each in items] == ["63-None"]
    assert taken.cases == [PAGE]


def test_a_platform_case_counts_for_every_backend() -> None:
    taken, _ = collector()
    taken.pytest_runtest_logreport(report("63-None", "call", passed=True, **{VERDICT: HELD}))
    assert taken.verdicts == {(63, "docker"): HELD, (63, "bubblewrap"): HELD}


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_a_failure_anywhere_is_a_failure(when: str) -> None:
    taken, _ = collector()
    for phase in ("setup", "call", "teardown"):
        said = {VERDICT: HELD} if phase == "call" else {}
        taken.pytest_runtest_logreport(report("25-docker", phase, passed=phase != when, **said))
    assert taken.verdicts[25, "docker"] == FAILED


def test_a_trial_that_passes_without_a_word_has_failed() -> None:
    taken, _ = collector()
    taken.pytest_runtest_logreport(report("25-docker", "call", passed=True))
    assert taken.verdicts[25, "docker"] == FAILED


def test_without_a_backend_the_command_fails(tmp_path: Path) -> None:
    environment = {**os.environ, "REQUIRE_ALL": "0", "PATH": str(tmp_path)}
    environment["DOCKER_HOST"] = f"unix://{tmp_path}/none.sock"
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "docker does not answer" in done.stderr


def test_a_case_whose_own_part_is_absent_is_left_out_with_the_reason() -> None:
    drawn = Case(63, "script", frozenset(), PLATFORM, lambda arena: None, parts=("browser",))
    taken = Collector(backends=BACKENDS, numbers=(), absent={"browser": "no Chromium"})
    items = [item(drawn, None), item(BOMB, "docker")]
    taken.pytest_collection_modifyitems(items)
    assert taken.cases == [BOMB]
    assert taken.left_out == {63: "no Chromium"}
