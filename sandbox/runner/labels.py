"""Which output of a classification head stands for which label of the task."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import Code, RunnerError

_PLACEHOLDER = re.compile(r"LABEL_\d+")


def parse_id2label(raw: Any) -> dict[int, str] | None:
    """The ``id2label`` of a ``config.json`` as ints to names; None when absent or malformed."""
    if not isinstance(raw, Mapping):
        return None
    try:
        return {int(index): str(name) for index, name in raw.items()}
    except (TypeError, ValueError):
        return None


def label_order(
    id2label: Mapping[int, str] | None, *, labels: Sequence[str], outputs: int
) -> list[int]:
    """The head's output index for each label of the task, in the task's order.

    By name when the head names its outputs; by index when it has no names or only transformers'
    placeholders ``LABEL_0``, ``LABEL_1``, …. Raises ``wrong_labels``.
    """
    expected = ", ".join(labels)
    if outputs != len(labels):
        raise RunnerError(
            Code.WRONG_LABELS,
            f"The head has {outputs} outputs, the task has {len(labels)} labels: {expected}.",
        )
    names = [(id2label or {}).get(index) for index in range(outputs)]
    if all(name is None or _PLACEHOLDER.fullmatch(name) for name in names):
        return list(range(outputs))
    if sorted(map(str, names)) != sorted(labels) or None in names:
        found = ", ".join(map(str, names))
        raise RunnerError(
            Code.WRONG_LABELS,
            f"The head's id2label ({found}) differs from the task's labels ({expected}).",
        )
    return [names.index(label) for label in labels]


def label_places(
    id2label: Mapping[int, str] | None, *, labels: Sequence[str], outputs: int
) -> list[int]:
    """As ``label_order``, for models of boxes and regions, which may know other classes besides.

    Raises ``wrong_labels``.
    """
    names = [(id2label or {}).get(index) for index in range(outputs)]
    if all(name is None or _PLACEHOLDER.fullmatch(name) for name in names):
        return label_order(id2label, labels=labels, outputs=outputs)
    missing = [label for label in labels if label not in names]
    if missing:
        raise RunnerError(
            Code.WRONG_LABELS,
            f"The model's id2label has no {', '.join(missing)}, which the task asks for.",
        )
    return [names.index(label) for label in labels]
