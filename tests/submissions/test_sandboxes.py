"""A worker's proof is made once, and once more where something failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.guarantees import Guarantee
from sandbox.selfcheck import Proof
from submissions import sandboxes
from tests.fakes import ALL_ENVIRONMENTS, FakeBackend

WHOLE = Proof(held=frozenset(Guarantee))
LACKING = Proof(
    held=frozenset(Guarantee) - {Guarantee.CPU_BOUND}, withdrawn={Guarantee.CPU_BOUND: "busy"}
)


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Proof]]:
    """The answers of the next proofs, taken from the front."""
    waiting: list[Proof] = []

    class Backend(FakeBackend):
        def remove_leftovers(self) -> None:
            return

    def prove(backend: Any, *, work_dir: Path) -> Proof:
        return waiting.pop(0)

    monkeypatch.setattr(sandboxes, "backend", Backend)
    monkeypatch.setattr(sandboxes, "prove", prove)
    sandboxes.host.cache_clear()
    yield waiting
    sandboxes.host.cache_clear()


def test_a_proof_that_holds_is_made_once(proofs: list[Proof]) -> None:
    proofs += [WHOLE, LACKING]
    assert sandboxes.host() is sandboxes.host()
    assert sandboxes.host().held == {str(each) for each in Guarantee}
    assert sandboxes.host().environments == ALL_ENVIRONMENTS
    assert proofs == [LACKING]


@pytest.mark.parametrize("second", [WHOLE, LACKING])
def test_what_failed_is_proved_once_more(second: Proof, proofs: list[Proof]) -> None:
    proofs += [LACKING, second]
    assert sandboxes.host().proof is second


def test_the_settings_name_what_holds_each_environment(settings: Any, tmp_path: Path) -> None:
    settings.RUNNER_PYTHON = tmp_path / "torch" / "python"
    settings.TENSORFLOW_PYTHON = Path(sys.executable)
    assert sandboxes.named_backend("bubblewrap").environments() == {"tensorflow"}
