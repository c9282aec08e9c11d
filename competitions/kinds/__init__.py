"""Task kinds by slug. A new kind is one module here with a ``KIND``: it is found by itself.

Modules without one (``base``, ``answers``, …) are what several kinds share.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from competitions.kinds.base import TaskKind

_MODULES = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
_FOUND: list[TaskKind] = [module.KIND for module in _MODULES if hasattr(module, "KIND")]
KINDS: dict[str, TaskKind] = {
    kind.slug: kind for kind in sorted(_FOUND, key=lambda kind: (kind.family, kind.slug))
}


def get_kind(slug: str) -> TaskKind:
    """Return the kind; raises KeyError when there is none of that name."""
    return KINDS[slug]
