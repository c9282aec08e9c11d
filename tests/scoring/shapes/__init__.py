"""Rows that metrics are tried on. A new shape is one module here: it is found by itself.

Each has ``SHAPE``; ``CLASSES`` of its task; ``LABELS``, some typical ones that name every class;
``perfect(label)`` and ``wrong(label)``, answers; ``ROWS``, a strategy of (label, answer) with all
optional parts of an answer; where there are such parts ``BARE_ROWS``, the same without them; and
where an answer may say nothing ``EMPTY``.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hypothesis import strategies as st

from competitions.kinds.metric_facts import MetricFacts
from competitions.kinds.shapes import Shape

_MODULES = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
SHAPES: dict[Shape, Any] = {module.SHAPE: module for module in _MODULES}


def rows_for(facts: MetricFacts, shape: Shape) -> st.SearchStrategy[tuple[Any, Any]]:
    """Return a strategy of (label, answer) that the metric can score."""
    module = SHAPES[shape]
    bare = getattr(module, "BARE_ROWS", None)
    if bare is None or facts.needs:
        rows: st.SearchStrategy[tuple[Any, Any]] = module.ROWS
        return rows
    return st.one_of(module.ROWS, bare)
