"""The catalogue is covered, and no case goes without a control."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.guarantees import Guarantee
from sandbox.selfcheck import Proof
from tests.attacks import registry
from tests.attacks.registry import (
    EXEMPT,
    GPU,
    PLATFORM,
    ROWS,
    SANDBOX,
    Case,
    case,
    check_may_lack,
    load_cases,
)


@pytest.fixture
def _own_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CASES", {})


def nothing(arena: object) -> None:
    """Attack nothing."""


def test_every_row_has_a_case_or_a_reason_why_not() -> None:
    covered = {each.number for each in load_cases()} | EXEMPT.keys()
    assert sorted(set(ROWS) - covered) == []


def test_every_case_has_a_control() -> None:
    assert [each.number for each in load_cases() if each.proof is None] == []


def test_every_case_lies_in_a_module_that_names_its_number() -> None:
    for each in load_cases():
        name = each.attack.__module__.rpartition(".")[2]
        assert f"{each.number:02}" in name.split("_"), (each.number, name)


def test_no_two_cases_share_a_title() -> None:
    titles = [each.title for each in load_cases()]
    assert len(titles) == len(set(titles))


def test_a_sandbox_and_a_platform_case_need_no_gpu() -> None:
    for each in load_cases():
        assert (each.where is GPU) == (Guarantee.GPU_EXCLUSIVE in each.needs), each.number


@pytest.mark.usefixtures("_own_catalogue")
@pytest.mark.parametrize("number", [0, 73, min(EXEMPT)])
def test_a_number_outside_the_catalogue_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        case(number, "stranger")(nothing)


@pytest.mark.usefixtures("_own_catalogue")
def test_a_row_is_taken_once() -> None:
    case(1, "first")(nothing)
    with pytest.raises(ValueError, match="row 1 "):
        case(1, "second")(nothing)


def test_a_control_runs_once_and_its_failure_stays() -> None:
    calls = []

    def broken(arena: object) -> None:
        calls.append(arena)
        raise AssertionError("the probe is broken")

    tried = Case(1, "any", frozenset(), PLATFORM, nothing, broken)
    for _ in range(2):
        with pytest.raises(AssertionError, match="the probe is broken"):
            tried.check_control(None)  # type: ignore[arg-type]
    assert len(calls) == 1


def test_a_case_without_a_control_can_not_hold() -> None:
    with pytest.raises(AssertionError, match="no control"):
        Case(1, "any", frozenset(), PLATFORM, nothing).check_control(None)  # type: ignore[arg-type]


ALL = frozenset(Guarantee)
MEMORY = Case(26, "any", frozenset({Guarantee.MEMORY_BOUND}), SANDBOX, nothing)
CARD = Case(36, "any", frozenset({Guarantee.GPU_EXCLUSIVE}), GPU, nothing)


def test_a_guarantee_may_be_absent_where_it_was_never_declared() -> None:
    check_may_lack(MEMORY, Proof(held=ALL - MEMORY.needs), complete=False)
    check_may_lack(MEMORY, Proof(held=ALL), complete=True)


def test_a_guarantee_that_was_declared_and_not_held_is_a_failure() -> None:
    proof = Proof(held=ALL - MEMORY.needs, withdrawn=dict.fromkeys(MEMORY.needs, "it took 2 GiB"))
    with pytest.raises(AssertionError, match="it took 2 GiB"):
        check_may_lack(MEMORY, proof, complete=False)
    check_may_lack(CARD, proof, complete=False)


def test_a_complete_backend_lacks_nothing_but_a_gpu() -> None:
    with pytest.raises(AssertionError, match="must hold memory_bound"):
        check_may_lack(MEMORY, Proof(held=ALL - MEMORY.needs), complete=True)
    check_may_lack(CARD, Proof(held=ALL - CARD.needs), complete=True)


def test_case_files_are_found() -> None:
    assert Path(registry.__file__).with_name("case_19_tcp.py").exists()
    assert "tests.attacks.case_19_tcp" in registry.case_modules()
