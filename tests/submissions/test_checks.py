"""The check before deployment warns where strangers' models share the machine's kernel."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


def warned(settings: Any, backend: str, *, deploy: bool) -> bool:
    settings.SANDBOX_BACKEND = backend
    found = run_checks(tags=["security"], include_deployment_checks=deploy)
    return "podium.W001" in {message.id for message in found}


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("auto", True),
        ("docker", True),
        ("bubblewrap", True),
        ("docker+gvisor", False),
        ("gvisor", False),
    ],
)
def test_it_asks_for_a_kernel_of_its_own_before_deployment_only(
    settings: Any, backend: str, expected: bool
) -> None:
    assert warned(settings, backend, deploy=True) is expected
    assert not warned(settings, backend, deploy=False)
