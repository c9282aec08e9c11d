"""Which GPUs a run sees, asked of the driver's own library.

CUDA driver API: `cuInit`, `cuDeviceGetCount`, `cuDeviceGet`, `cuDeviceGetUuid_v2` (which knows the
slices of a shared card too).
"""

import ctypes
from uuid import UUID

LIBRARY = "libcuda.so.1"


def visible() -> list[str]:
    """The ids of the GPUs that can be used here, without their prefix. Raises OSError where the
    library is absent or fails."""
    cuda = ctypes.CDLL(LIBRARY)
    _check(cuda.cuInit(0), "cuInit")
    count = ctypes.c_int()
    _check(cuda.cuDeviceGetCount(ctypes.byref(count)), "cuDeviceGetCount")
    return [_identify(cuda, number) for number in range(count.value)]


def _identify(cuda: ctypes.CDLL, number: int) -> str:
    device, name = ctypes.c_int(), (ctypes.c_ubyte * 16)()
    _check(cuda.cuDeviceGet(ctypes.byref(device), number), "cuDeviceGet")
    _check(cuda.cuDeviceGetUuid_v2(ctypes.byref(name), device), "cuDeviceGetUuid_v2")
    return str(UUID(bytes=bytes(name)))


def _check(result: int, call: str) -> None:
    if result != 0:
        raise OSError(result, f"{call} of the CUDA driver failed with {result}")
