"""The driver's library is asked for its GPUs by their ids. Here it is one of our own making."""

import ctypes
from uuid import UUID

import pytest

from sandbox.probe import gpus

IDS = ["1d2ab5cc-0a1b-4c5d-8e9f-001122334455", "5c1b9e0a-8f6d-4d3c-b2a1-665544332211"]


class Driver:
    """Answers like libcuda: results by reference, 0 for success."""

    def __init__(self, started: int = 0) -> None:
        self.started = started

    def cuInit(self, flags: int) -> int:
        return self.started

    def cuDeviceGetCount(self, count: object) -> int:
        count._obj.value = len(IDS)  # type: ignore[attr-defined]
        return 0

    def cuDeviceGet(self, device: object, number: int) -> int:
        device._obj.value = number  # type: ignore[attr-defined]
        return 0

    def cuDeviceGetUuid_v2(self, name: object, device: ctypes.c_int) -> int:
        name._obj[:] = UUID(IDS[device.value]).bytes  # type: ignore[attr-defined]
        return 0


def test_ids_come_in_the_driver_s_own_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpus.ctypes, "CDLL", lambda name: Driver())
    assert gpus.visible() == IDS


def test_a_driver_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpus.ctypes, "CDLL", lambda name: Driver(started=100))
    with pytest.raises(OSError, match="cuInit of the CUDA driver failed with 100"):
        gpus.visible()
