"""What every format that uses torch does before and after."""

from typing import Any

import numpy as np
import torch

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
