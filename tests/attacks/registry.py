"""The cases of the catalogue, collected by number."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.guarantees import Guarantee
from sandbox.selfcheck import Proof

if TYPE_CHECKING:
    from tests.attacks.arena import Arena

ROWS = range(1, 73)
EXEMPT = {
    66: "Podium sends no webhooks, so there is no request to forge.",
    68: "Queues have no fair share for each participation yet; quotas bound what one can queue.",
}
"""Rows of the catalogue whose feature does not exist, with the reason."""

Act = Callable[["Arena"], None]


class Where(Enum):
    """What a case needs to be tried: a sandbox, only the platform, or a GPU in a sandbox."""

    SANDBOX = "sandbox"
    PLATFORM = "platform"
    GPU = "gpu"


SANDBOX, PLATFORM, GPU = Where


@dataclass(eq=False)
class Case:
    """One row: `attack` raises AssertionError where the defence does not hold.

    `parts` are real parts that it needs besides a backend's (`tests.parts.PARTS`).
    """

    number: int
    title: str
    needs: frozenset[Guarantee]
    where: Where
    attack: Act
    proof: Act | None = None
    parts: tuple[str, ...] = ()
    _failed: list[BaseException] = field(default_factory=list)
    _tried: bool = False

    def control(self, proof: Act) -> Act:
        """Register the positive control."""
        self.proof = proof
        return proof

    def check_control(self, arena: Arena) -> None:
        """Run the control, once a session; one that failed fails every time."""
        assert self.proof is not None, f"case {self.number} has no control"
        if not self._tried:
            self._tried = True
            try:
                self.proof(arena)
            except BaseException as error:
                self._failed.append(error)
                raise
        assert not self._failed, f"the control of case {self.number} failed: {self._failed[0]}"


def check_may_lack(case: Case, proof: Proof, *, complete: bool) -> None:
    """Raise AssertionError where a guarantee that a case needs is absent and must not be.

    One that was declared and then not held is a failure, wherever that is; `complete` backends
    lack nothing but a GPU.
    """
    broken = {name: seen for name, seen in proof.withdrawn.items() if name in case.needs}
    assert not broken, f"declared, and not held: {broken}"
    missing = case.needs - proof.held - {Guarantee.GPU_EXCLUSIVE}
    assert not (complete and missing), f"this backend must hold {', '.join(sorted(missing))}"


CASES: dict[int, Case] = {}


def case(
    number: int,
    title: str,
    *,
    needs: Collection[Guarantee] = (),
    where: Where = SANDBOX,
    parts: tuple[str, ...] = (),
) -> Callable[[Act], Case]:
    """Enter the decorated function as row `number`. Raises ValueError for one that is taken."""
    needed = frozenset(needs) | ({Guarantee.GPU_EXCLUSIVE} if where is GPU else set())

    def enter(attack: Act) -> Case:
        if number in CASES or number in EXEMPT or number not in ROWS:
            raise ValueError(f"row {number} is taken, exempt or not in the catalogue")
        CASES[number] = Case(number, title, needed, where, attack, parts=parts)
        return CASES[number]

    return enter


def case_modules() -> list[str]:
    """The names of all modules that hold cases."""
    here = Path(__file__).parent
    return [f"{__package__}.{path.stem}" for path in sorted(here.glob("case_*.py"))]


def load_cases() -> list[Case]:
    """Import every case; in the order of the catalogue."""
    for name in case_modules():
        import_module(name)
    return [CASES[number] for number in sorted(CASES)]
