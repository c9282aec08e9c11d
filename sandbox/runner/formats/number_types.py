"""Arrays in the number types that graphs take and give."""

from typing import Any

import numpy as np

from ..errors import Code, RunnerError
from .base import Array

_ADVICE = {
    "pixel_values": " Set “do_rescale” and “do_normalize” to false in preprocessor_config.json.",
}


def in_type(array: Any, kind: Any, *, source: str, file: str) -> Any:
    """``array`` in the number type of a graph's input, as it is where ``kind`` is None.

    Raises ``bad_model`` where whole numbers would be others: pixels between -1 and 1, for
    instance, would all be 0.
    """
    if kind is None:
        return array
    if not np.issubdtype(kind, np.integer) or np.can_cast(array.dtype, kind):
        return array.astype(kind)
    limits = np.iinfo(kind)
    fits = (array >= limits.min) & (array <= limits.max)
    typed = np.where(fits, array, 0).astype(kind)
    if not fits.all() or (typed != array).any():
        raise RunnerError(
            Code.BAD_MODEL,
            f"{file} takes {source} as {np.dtype(kind).name}, and what it is given are other "
            f"numbers: fractions, or larger ones.{_ADVICE.get(source, '')}",
        )
    return typed


def as_floats(found: Any, *, name: str, file: str) -> Array:
    """An output in float32. Raises ``bad_model``."""
    try:
        return np.asarray(found, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise RunnerError(
            Code.BAD_MODEL,
            f"{file} gave its output “{name}” as something else than an array of numbers. A "
            "classifier of scikit-learn is converted with the option zipmap turned off.",
        ) from error
