"""What every format that uses torch does before and after."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from ..errors import Code, RunnerError
from .base import Array, Settings


def prepare_torch(settings: Settings) -> None:
    """Fixed threads and deterministic kernels. Raises ``internal`` where a GPU is missing."""
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise RunnerError(Code.INTERNAL, "The run asks for a GPU and the sandbox has none.")


def to_numpy(tensor: Any) -> Array:
    return np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)


def count_flops(work: Callable[[], None]) -> int:
    """Of matrix products, convolutions and attention, in the forward pass."""
    with FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())


def gpu_peak_bytes(device: str) -> int | None:
    return int(torch.cuda.max_memory_allocated()) if device == "cuda" else None
