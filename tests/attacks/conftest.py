"""What every case is given."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.arena import Arena, real_host
from tests.attacks.registry import case_modules

pytest.register_assert_rewrite(*case_modules())


@pytest.fixture
def backend() -> str | None:
    """The name of the backend under attack; None where none is needed."""
    return None


@pytest.fixture
def arena(
    backend: str | None, enqueued: list[Any], monkeypatch: pytest.MonkeyPatch, db: None
) -> Arena:
    """The way of a submission to the backend under attack."""
    host = real_host(backend) if backend is not None else None
    return Arena(patch=monkeypatch, queued=enqueued, host=host)
