"""Every row of the catalogue on every backend that is here: attack, verdict, effect on the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.attacks import backends
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, Case, check_may_lack, load_cases
from tests.attacks.table import HELD, NOT_DECLARED, VERDICT

pytestmark = [pytest.mark.attack, pytest.mark.django_db(transaction=True)]


def _trials() -> Iterator[object]:
    for case in load_cases():
        name = f"{case.number:02}-{case.attack.__name__}"
        own = [getattr(pytest.mark, part) for part in case.parts]
        if case.where is PLATFORM:
            yield pytest.param(case, None, id=f"{name}-platform", marks=own)
            continue
        for backend in backends.PARTS:
            marks = [*backends.marks(backend), *own]
            yield pytest.param(case, backend, id=f"{name}-{backend}", marks=marks)


@pytest.mark.parametrize(("case", "backend"), list(_trials()))
def test_an_attack_is_held_or_its_defence_not_declared(
    case: Case, arena: Arena, record_property: Callable[[str, object], None]
) -> None:
    check_may_lack(case, arena.proof, complete=arena.backend in backends.COMPLETE)
    if case.needs - arena.held:
        record_property(VERDICT, NOT_DECLARED)
        return
    case.check_control(arena)
    case.attack(arena)
    record_property(VERDICT, HELD)
