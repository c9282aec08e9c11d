"""The check before deployment warns of a shared kernel and of a queue without a password."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


def warnings(*, deploy: bool) -> set[str | None]:
    found = run_checks(tags=["security"], include_deployment_checks=deploy)
    return {message.id for message in found}


def warned(settings: Any, backend: str, *, deploy: bool) -> bool:
    settings.SANDBOX_BACKEND = backend
    return "podium.W001" in warnings(deploy=deploy)


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


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("redis://queue:6379/0", True),
        ("rediss://queue:6379/0", True),
        ("redis://:secret@queue:6379/0", False),
        ("unix:///run/valkey.sock", False),
    ],
)
def test_it_asks_for_a_password_of_the_queue_server(
    settings: Any, address: str, expected: bool
) -> None:
    settings.REDIS_URL = address
    assert ("podium.W002" in warnings(deploy=True)) is expected
    assert "podium.W002" not in warnings(deploy=False)
