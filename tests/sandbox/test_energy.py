"""Energy is read where there are counters, else estimated, and never guessed for a GPU."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.energy import WATTS_A_CORE, Meter, RaplZone, rapl_zones, start_meter
from sandbox.spec import Energy

GPU = "GPU-1d2ab5cc-0a1b-4c5d-8e9f-001122334455"
RANGE = 1_000_000


def zone(root: Path, folder: str, name: str, microjoules: int = 0) -> Path:
    made = root / folder
    made.mkdir(parents=True, exist_ok=True)
    (made / "name").write_text(f"{name}\n")
    (made / "max_energy_range_uj").write_text(f"{RANGE}\n")
    (made / "energy_uj").write_text(f"{microjoules}\n")
    return made


def count(folder: Path, microjoules: int) -> None:
    (folder / "energy_uj").write_text(f"{microjoules}\n")


class FakeNvml:
    """Answers as the driver's library does; ``millijoules`` by GPU."""

    def __init__(self, *, code: int = 0) -> None:
        self.millijoules = 5_000
        self.code = code

    def nvmlDeviceGetHandleByUUID(self, uuid: bytes, handle: Any) -> int:
        assert uuid == GPU.encode()
        ctypes.cast(handle, ctypes.POINTER(ctypes.c_void_p))[0] = 7
        return self.code

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: Any, found: Any) -> int:
        assert handle.value == 7
        ctypes.cast(found, ctypes.POINTER(ctypes.c_ulonglong))[0] = self.millijoules
        return 0


def test_packages_and_memory_count_and_what_holds_them_or_is_in_them_does_not(
    tmp_path: Path,
) -> None:
    counted = [
        zone(tmp_path, "intel-rapl:0", "package-0", 100),
        zone(tmp_path, "intel-rapl:0:1", "dram"),
        zone(tmp_path, "intel-rapl:1", "package-1"),
    ]
    for folder, name in (
        ("intel-rapl:0:0", "core"),
        ("intel-rapl:2", "psys"),
        ("intel-rapl-mmio:0", "package-0"),
        ("intel-rapl", "intel-rapl"),
    ):
        counted.append(zone(tmp_path, folder, name))
    meter = start_meter(gpus=0, gpu_ids=[], powercap=tmp_path)
    for folder in counted:
        count(folder, 500_100)
    assert meter.energy(9.0) == Energy(pytest.approx(0.5 + 0.5001 + 0.5001), "rapl")


@given(steps=st.lists(st.integers(0, RANGE - 1), max_size=20))
def test_a_count_may_come_round_between_two_looks(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    folder = zone(tmp_path_factory.mktemp("cap"), "intel-rapl:0", "package-0")
    found = RaplZone(folder)
    total = 0
    for step in steps:
        total += step
        count(folder, total % RANGE)
        assert found.joules() == pytest.approx(total * 1e-6)


def test_looking_keeps_what_comes_round(tmp_path: Path) -> None:
    folder = zone(tmp_path, "intel-rapl:0", "package-0", 900_000)
    meter = start_meter(gpus=0, gpu_ids=[], powercap=tmp_path)
    for microjoules in (300_000, 900_000, 300_000):
        count(folder, microjoules)
        meter.look()
    assert meter.energy(None) == Energy(pytest.approx(1.4), "rapl")


def test_without_counters_it_is_an_estimate_that_says_so(tmp_path: Path) -> None:
    meter = start_meter(gpus=0, gpu_ids=[], powercap=tmp_path / "absent")
    assert meter.energy(10.0) == Energy(10 * WATTS_A_CORE, "estimate")
    assert meter.energy(None) is None


def test_a_zone_that_may_not_be_read_makes_it_an_estimate(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0")
    (zone(tmp_path, "intel-rapl:1", "package-1") / "energy_uj").unlink()
    assert rapl_zones(tmp_path) == []


def test_a_zone_that_fails_meanwhile_makes_it_an_estimate(tmp_path: Path) -> None:
    folder = zone(tmp_path, "intel-rapl:0", "package-0")
    meter = start_meter(gpus=0, gpu_ids=[], powercap=tmp_path)
    (folder / "energy_uj").unlink()
    meter.look()
    assert meter.energy(1.0) == Energy(WATTS_A_CORE, "estimate")


def test_gpus_of_the_run_are_added(tmp_path: Path) -> None:
    folder = zone(tmp_path, "intel-rapl:0", "package-0")
    library = FakeNvml()
    meter = start_meter(
        gpus=1, gpu_ids=[GPU, "GPU-of-another-run"], powercap=tmp_path, open_nvml=lambda: library
    )
    library.millijoules += 2_500
    count(folder, 500_000)
    assert meter.energy(None) == Energy(pytest.approx(3.0), "rapl+nvml")
    (folder / "energy_uj").unlink()
    assert meter.energy(1.0) == Energy(pytest.approx(2.5 + WATTS_A_CORE), "estimate+nvml")


def _absent() -> Any:
    raise OSError("libnvidia-ml.so.1: cannot open shared object file")


@pytest.mark.parametrize(
    ("ids", "open_nvml"), [([GPU], _absent), ([GPU], lambda: FakeNvml(code=2)), ([], FakeNvml)]
)
def test_nothing_is_said_of_a_run_whose_gpu_can_not_be_read(
    tmp_path: Path, ids: list[str], open_nvml: Any
) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0")
    meter = start_meter(gpus=1, gpu_ids=ids, powercap=tmp_path, open_nvml=open_nvml)
    assert meter.energy(10.0) is None


def test_no_counters_and_no_gpus_are_not_the_same_as_unreadable_ones() -> None:
    assert Meter([], []).energy(1.0) is not None
    assert Meter([], None).energy(1.0) is None
