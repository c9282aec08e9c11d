"""The backends that attacks are tried on, and the real parts that each needs."""

from __future__ import annotations

import pytest

from tests.parts import absent_parts

PARTS = {
    "docker": ("docker",),
    "docker+gvisor": ("gvisor",),
    "bubblewrap": ("bubblewrap", "runner"),
}
COMPLETE = frozenset({"docker+gvisor"})
"""Backends on which every case is held, but for those that need a GPU."""


def marks(name: str) -> list[pytest.MarkDecorator]:
    """The markers of a test on this backend."""
    return [getattr(pytest.mark, part) for part in PARTS[name]]


def missing_parts(name: str) -> dict[str, str]:
    """The parts that this backend lacks on this machine, with the reason of each."""
    return {part: why for part, why in absent_parts().items() if part in PARTS[name]}


def answering() -> list[str]:
    """The backends whose parts are all here."""
    return [name for name in PARTS if not missing_parts(name)]
