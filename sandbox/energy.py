"""The energy of a run: read from the machine's own counters where it has some, else estimated.

Counters count the whole machine (or a whole GPU) while the run was on, so they are the run's own
only where nothing else ran. An estimate says that it is one.
"""

import ctypes
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sandbox.spec import Energy

RAPL = "rapl"
NVML = "nvml"
ESTIMATE = "estimate"
WATTS_A_CORE = 12.0
"""Of one busy core: the mean over common processors of the Green Algorithms project
(https://doi.org/10.1002/advs.202100707)."""
_POWERCAP = Path("/sys/class/powercap")
_ZONE = re.compile(r"intel-rapl:\d+(:\d+)?\Z")
_JOULES_A_MICROJOULE = 1e-6
_JOULES_A_MILLIJOULE = 1e-3


class Counter(Protocol):
    """Something that counts joules while it is looked at."""

    def joules(self) -> float:
        """Joules since it was made. Raises OSError."""
        ...


class RaplZone:
    """One zone of the kernel's power capping interface: a count that begins anew at its end.

    It has to be looked at before it comes round twice: a busy server needs some twenty minutes.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "energy_uj"
        self._end = int((folder / "max_energy_range_uj").read_text(encoding="ascii"))
        self._last = self._read()
        self._total = 0

    def joules(self) -> float:
        now = self._read()
        self._total += now - self._last + (self._end if now < self._last else 0)
        self._last = now
        return self._total * _JOULES_A_MICROJOULE

    def _read(self) -> int:
        return int(self._file.read_text(encoding="ascii"))


class NvmlDevice:
    """One GPU's count of millijoules since its driver was loaded (Volta and later)."""

    def __init__(self, library: Any, gpu_id: str) -> None:
        self._library = library
        self._handle = ctypes.c_void_p()
        self._ask("nvmlDeviceGetHandleByUUID", gpu_id.encode(), ctypes.byref(self._handle))
        self._first = self._read()

    def joules(self) -> float:
        return (self._read() - self._first) * _JOULES_A_MILLIJOULE

    def _read(self) -> int:
        found = ctypes.c_ulonglong()
        self._ask("nvmlDeviceGetTotalEnergyConsumption", self._handle, ctypes.byref(found))
        return found.value

    def _ask(self, name: str, *arguments: Any) -> None:
        if code := getattr(self._library, name)(*arguments):
            raise OSError(f"{name} answered {code}")


class Meter:
    """Counts from its making on; look at it now and then, as counters come round."""

    def __init__(self, processors: Sequence[Counter], gpus: Sequence[Counter] | None) -> None:
        """``gpus`` is None where a GPU of the run can't be read."""
        self._processors: Sequence[Counter] | None = processors or None
        self._gpus = gpus

    def look(self) -> None:
        """Take the counters' state in."""
        _total(self._processors)
        _total(self._gpus)

    def energy(self, cpu_seconds: float | None) -> Energy | None:
        """What was used so far; ``cpu_seconds`` are the run's, for an estimate.

        None where neither is known, or where the run had a GPU that nothing is known of: the rest
        alone would look like little.
        """
        processors, gpus = _total(self._processors), _total(self._gpus)
        if gpus is None or (processors is None and cpu_seconds is None):
            return None
        more = f"+{NVML}" if self._gpus else ""
        if processors is not None:
            return Energy(gpus + processors, RAPL + more)
        return Energy(gpus + WATTS_A_CORE * (cpu_seconds or 0.0), ESTIMATE + more)


def start_meter(
    *,
    gpus: int,
    gpu_ids: Sequence[str],
    powercap: Path = _POWERCAP,
    open_nvml: Callable[[], Any] | None = None,
) -> Meter:
    """A meter of this machine's processors and of a run's GPUs, the first of the worker's own."""
    return Meter(rapl_zones(powercap), _devices(gpu_ids[:gpus], gpus, open_nvml or _nvml))


def rapl_zones(powercap: Path = _POWERCAP) -> list[Counter]:
    """Every processor package, and memory where it is counted apart; empty where one is closed.

    Other zones are parts of these, or hold them (``psys``).
    """
    try:
        folders = [each for each in powercap.iterdir() if _ZONE.match(each.name)]
        return [RaplZone(each) for each in sorted(folders) if _counts(each)]
    except (OSError, ValueError):
        return []


def _counts(folder: Path) -> bool:
    name = (folder / "name").read_text(encoding="ascii").strip()
    return name.startswith("package") or name == "dram"


def _devices(
    gpu_ids: Sequence[str], wanted: int, open_nvml: Callable[[], Any]
) -> Sequence[Counter] | None:
    if not wanted:
        return []
    try:
        library = open_nvml()
        found = [NvmlDevice(library, gpu_id) for gpu_id in gpu_ids]
    except (OSError, AttributeError):
        return None
    return found if len(found) == wanted else None


def _nvml() -> Any:
    library = ctypes.CDLL("libnvidia-ml.so.1")
    if code := library.nvmlInit_v2():
        raise OSError(f"nvmlInit_v2 answered {code}")
    return library


def _total(counters: Sequence[Counter] | None) -> float | None:
    """What the counters say together; None where there are none, or one can't be read."""
    if counters is None:
        return None
    try:
        return math.fsum([each.joules() for each in counters])
    except (OSError, ValueError):
        return None
